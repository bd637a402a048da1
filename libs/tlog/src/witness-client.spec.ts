import {
  addCheckpoint,
  addSignatures,
  askWitness,
  generateCosignerKey,
  httpWitness,
  parseCosignerSkey,
  parseCosignerVkey,
  policyOf,
  signNote,
  splitNote,
  TlogError,
  verifyCheckpoint,
  WitnessConflict,
} from './index.js';
import type { Signer, WitnessAnswer, WitnessClient } from './index.js';
import { body, checkpoint, key, log, newWitness, NOW, proof } from '../test/witness-fixture.js';

describe('a log that asks a witness', () => {
  const verifiers = [parseCosignerVkey(key.vkey)];
  const prove = (from: number): Promise<Buffer[]> => proof(from, 600);
  const answering = (...answers: WitnessAnswer[]): WitnessClient & { asked: string[] } => {
    const asked: string[] = [];
    return { verifiers, asked, post: (text) => (asked.push(text), Promise.resolve(answers.shift()!)) };
  };
  const conflict = (size: unknown, contentType = 'text/x.tlog.size'): WitnessAnswer => ({
    status: 409,
    contentType,
    body: `${String(size)}\n`,
  });

  it.each([0, 300, 600, 1000])('gets its cosignature, believing that it knows %i', async (known) => {
    const witness = newWitness();
    await addCheckpoint(await body(0, 300), witness);
    const note = await checkpoint(600);
    const cosignatures = await askWitness(
      note,
      { verifiers, post: (text) => addCheckpoint(text, witness) },
      known,
      prove,
    );
    const cosigned = addSignatures(note, cosignatures);
    expect(verifyCheckpoint(cosigned, policyOf([log.vkey], [key.vkey], 1)).cosigned).toMatchObject([{ time: NOW }]);
    // Asked once more, the newer cosignature takes the place of the older.
    expect(splitNote(addSignatures(cosigned, cosignatures)).signatures).toHaveLength(2);
  });

  it('asks twice at most', async () => {
    const client = answering(conflict(5), conflict(7));
    await expect(askWitness(await checkpoint(600), client, 0, prove)).rejects.toThrow('went on to 7');
    expect(client.asked.map((text) => text.slice(0, 6))).toEqual(['old 0\n', 'old 5\n']);
  });

  it.each([
    ['at once', 300, [conflict(300)], 'another tree of 300'],
    ['when asked again', 0, [conflict(300), conflict(300)], 'another tree of 300'],
    ['by a longer tree', 300, [conflict(601)], 'has cosigned 601'],
    ['by a proof that does not verify', 300, [{ status: 422, contentType: '', body: '' }], 'does not continue'],
  ])('notices a fork %s', async (_, known, answers, message) => {
    const asked = askWitness(await checkpoint(600), answering(...answers), known, prove);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toThrow(WitnessConflict);
  });

  it.each([
    ['no size', conflict('many'), 'not a decimal'],
    ['a size of another type', conflict(5, 'text/html'), 'without a size'],
    ['a refusal', { status: 403, contentType: 'text/plain', body: 'no' }, 'answers 403: no'],
    ['nothing', { status: 200, contentType: 'text/plain', body: '' }, 'malformed'],
  ])('takes %s for an error', async (_, answer, message) => {
    const asked = askWitness(await checkpoint(600), answering(answer), 300, prove);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toThrow(TlogError);
    await expect(asked).rejects.not.toThrow(WitnessConflict);
  });

  it('takes only its cosignatures, of this text', async () => {
    const note = await checkpoint(600);
    const { text } = splitNote(note);
    const one = parseCosignerSkey(key.skey, () => NOW);
    const lines = async (of: string, ...signers: Signer[]): Promise<WitnessAnswer> => {
      const signed = await signNote(of, signers);
      return { status: 200, contentType: 'text/plain', body: signed.slice(signed.lastIndexOf('\n\n') + 2) };
    };
    const ask = async (answer: WitnessAnswer) => askWitness(note, answering(answer), 300, prove);
    const stranger = parseCosignerSkey(generateCosignerKey('witness.example/one').skey);
    expect(await ask(await lines(text, stranger, one))).toHaveLength(1);
    await expect(ask(await lines(text, stranger))).rejects.toThrow('no signature by a known key');
    await expect(ask(await lines(text.replace('600', '601'), one))).rejects.toThrow('bad signature');
    // A note of its own behind the text: signed, but not what was asked.
    const longer = `${text}\nmore\n`;
    const smuggled = (await signNote(longer, [one])).slice(text.length + 1);
    await expect(ask({ status: 200, contentType: 'text/plain', body: smuggled })).rejects.toThrow(
      'more than signature',
    );
    const never: Signer = { ...one, sign: () => Buffer.alloc(72) };
    await expect(ask(await lines(text, never))).rejects.toThrow('bad signature');
  });

  it('posts over HTTP', async () => {
    const witness = newWitness();
    const calls: [string, string][] = [];
    const request: typeof fetch = async (url, init) => {
      calls.push([String(url as string), init!.method!]);
      const answer = await addCheckpoint(init!.body as string, witness);
      return new Response(answer.body, { status: answer.status, headers: { 'content-type': answer.contentType } });
    };
    const post = httpWitness('https://witness.example/one/', { request });
    await addCheckpoint(await body(0, 5), witness);
    expect(await askWitness(await checkpoint(600), { verifiers, post }, 0, prove)).toHaveLength(1);
    expect(calls).toEqual(Array(2).fill(['https://witness.example/one/add-checkpoint', 'POST']));
    const flood: typeof fetch = () => Promise.resolve(new Response('x'.repeat(70_000)));
    await expect(httpWitness('https://witness.example', { request: flood })('')).rejects.toThrow(
      'more than 65536 bytes',
    );
  });
});
