import { Injectable } from '@nestjs/common';

/**
 * Word within this process that something was done here: a command was committed, a worker did something. What comes of it may be work
 * for others, who then need not find it by asking. Nothing may depend on it: a crash forgets it, and other processes never hear it.
 */
@Injectable()
export class News {
  private readonly listening = new Set<() => void>();
  private count = 0;

  /** How many times there was news: read it before looking for work, then see whether there was more. */
  get heard(): number {
    return this.count;
  }

  tell(): void {
    this.count += 1;
    for (const wakeUp of this.listening) wakeUp();
  }

  /** @returns what stops listening */
  listen(wakeUp: () => void): () => void {
    this.listening.add(wakeUp);
    return () => void this.listening.delete(wakeUp);
  }
}
