/** What a person watching the job sees: one line for each step, with its time. */
export interface StepTime {
  readonly step: string;
  readonly ms: number;
}

export class Progress {
  readonly times: StepTime[] = [];

  constructor(private readonly quiet = false) {}

  async step<T>(zh: string, en: string, work: () => Promise<T>, told: (result: T) => string = () => ''): Promise<T> {
    const began = performance.now();
    const name = `${zh} ${en}`;
    const live = !this.quiet && process.stdout.isTTY;
    if (live) process.stdout.write(`  … ${name}`);
    const result = await work();
    const ms = Math.round(performance.now() - began);
    this.times.push({ step: en, ms });
    if (!this.quiet) {
      const said = told(result);
      process.stdout.write(`${live ? '\r' : ''}  ✓ ${name}${said && `: ${said}`} (${(ms / 1000).toFixed(1)} s)\n`);
    }
    return result;
  }

  say(text: string): void {
    if (!this.quiet) process.stdout.write(`${text}\n`);
  }
}

/** Asks again until the answer is there. The platform works in the background; nothing here takes minutes. */
export async function until<T>(ask: () => Promise<T>, there: (answer: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
    const answer = await ask();
    if (there(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
