import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { startApp } from './support/app.js';

let begun: () => void;
const running = new Promise<void>((resolve) => (begun = resolve));
let finish: (text: string) => void;
const answer = new Promise<string>((resolve) => (finish = resolve));

@Controller('slow')
class SlowController {
  @Get()
  wait(): Promise<string> {
    begun();
    return answer;
  }
}
@Module({ controllers: [SlowController] })
class SlowModule {}

it('lets a request under way finish, and does not wait for its connection then', async () => {
  const t = await startApp({}, SlowModule);
  // A stop that waits for the connection waits a day.
  t.app.getHttpServer().keepAliveTimeout = 86_400_000;
  const agent = new Agent({ keepAlive: true });
  const asked = get(`${await t.app.getUrl()}/slow`, { agent });
  const got = once(asked, 'response');
  await running;
  const closed = t.close();
  setTimeout(() => finish('done'), 200);
  const [response] = (await got) as [IncomingMessage];
  response.resume();
  await closed;
  agent.destroy();
  expect(response.statusCode).toBe(200);
});
