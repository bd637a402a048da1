import { Module } from '@nestjs/common';
import { FeedReader } from './feed-reader.js';
import { FeedWriter } from './feed-writer.js';

@Module({
  providers: [FeedReader, FeedWriter],
})
export class FeedModule {}
