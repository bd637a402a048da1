import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import { StartError } from './start-error.js';
import { reasonOf } from './start-reason.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.then(fail, (error: unknown) => error);
const fail = () => {
  throw new Error('nothing was thrown');
};
const expectForPeople = (reason: string): void => {
  expect(reason).toMatch(/\p{Script=Han}/u);
  expect(reason).not.toMatch(/^\s+at /m);
};

it('a taken port is named', async () => {
  const first = createServer();
  await new Promise<void>((done) => first.listen(0, '127.0.0.1', done));
  const { port } = first.address() as { port: number };
  const error = await caught(
    new Promise((done, refuse) =>
      createServer()
        .once('error', refuse)
        .listen(port, '127.0.0.1', () => done(0)),
    ),
  );
  first.close();
  const reason = reasonOf(error);
  expectForPeople(reason);
  expect(reason).toContain(`127.0.0.1:${port}`);
});

it('a path that cannot be written is named', async () => {
  const reason = reasonOf(await caught(mkdir('/dev/null/data')));
  expectForPeople(reason);
  expect(reason).toContain('/dev/null/data');
});

it('a database that is not there is named, also when several addresses were tried', async () => {
  const refused = await caught(new pg.Client('postgres://user:secret@127.0.0.1:1/database').connect());
  for (const error of [refused, new AggregateError([refused])]) {
    const reason = reasonOf(error);
    expectForPeople(reason);
    expect(reason).toContain('127.0.0.1:1');
    expect(reason).not.toContain('secret');
  }
});

it('what was written for people is said as it is, a bug with everything known of it', () => {
  expect(reasonOf(new StartError('说明 message'))).toBe('说明 message');
  expect(reasonOf(new TypeError('x is not a function'))).toMatch(/TypeError: x is not a function\n\s+at /);
});
