import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Outgoing, OutgoingRefused, whyNoAnswer } from './outgoing.js';

const CALL = { headers: {}, body: Buffer.from('{}'), timeoutMs: 5000 };
const servers: Server[] = [];
const made: Outgoing[] = [];
const outgoing = (WEBHOOK_ALLOW_PRIVATE: boolean): Outgoing => {
  const one = new Outgoing({ WEBHOOK_ALLOW_PRIVATE });
  made.push(one);
  return one;
};
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const fault = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => whyNoAnswer(error),
  );

afterEach(() => {
  for (const one of made.splice(0)) one.onApplicationShutdown();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

describe('a URL that others gave', () => {
  const guarded = outgoing(false);
  guarded.resolve = () => Promise.resolve(['1.1.1.1']);

  it.each([
    'https://hooks.example.org/x?y=1',
    'https://hooks.example.org:8443',
    'https://hooks.example.org:443/',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
    'https://例子.example/',
  ])('%s may be called', (url) => expect(guarded.check(url)).resolves.toBeUndefined());

  it.each([
    ['not-a-url', ''],
    ['not-a-url', 'hooks.example.org'],
    ['not-a-url', 'https://'],
    ['not-a-url', 'https://256.1.1.1/'],
    ['not-a-url', 'https://1.1.1.1.1/'],
    ['not-a-url', 'https://[fe80::1%25eth0]/'],
    ['not-https', 'http://hooks.example.org/'],
    ['not-https', 'ftp://hooks.example.org/'],
    ['not-https', 'file://hooks/etc/passwd'],
    ['not-https', 'gopher://hooks.example.org/'],
    ['with-credentials', 'https://user:pw@hooks.example.org/'],
    ['with-credentials', 'https://1.1.1.1@hooks.example.org/'],
    ['port', 'https://hooks.example.org:22/'],
    ['port', 'https://hooks.example.org:80/'],
    ['port', 'https://hooks.example.org:0/'],
    ['not-public', 'https://127.0.0.1/'],
    ['not-public', 'https://127.0.0.1./'],
    ['not-public', 'https://127.1/'],
    ['not-public', 'https://0x7f.1/'],
    ['not-public', 'https://0x7f000001/'],
    ['not-public', 'https://0177.0.0.1/'],
    ['not-public', 'https://017700000001/'],
    ['not-public', 'https://2130706433/'],
    ['not-public', 'https://0/'],
    ['not-public', 'https://%31%32%37.0.0.1/'],
    ['not-public', 'https://１２７.０.０.１/'],
    ['not-public', 'https://①②⑦.⓪.⓪.①/'],
    ['not-public', 'https://127。0。0。1/'],
    ['not-public', 'https://169.254.169.254/latest/meta-data/'],
    ['not-public', 'https://0xa9fea9fe/'],
    ['not-public', 'https://2852039166/'],
    ['not-public', 'https://[::1]/'],
    ['not-public', 'https://[0:0:0:0:0:0:0:1]/'],
    ['not-public', 'https://[::]/'],
    ['not-public', 'https://[::ffff:127.0.0.1]/'],
    ['not-public', 'https://[::ffff:a9fe:a9fe]/'],
    ['not-public', 'https://[64:ff9b::7f00:1]/'],
    ['not-public', 'https://[2002:7f00:1::]/'],
    ['not-public', 'https://[fd00:ec2::254]/'],
    ['not-public', 'https://[fe80::1]/'],
  ])('%s: %s is neither taken nor called', async (why, url) => {
    expect(await fault(guarded.check(url))).toBe(why);
    expect(await fault(guarded.post(url, CALL))).toBe(why);
  });

  it.each([
    ['not-public', ['10.0.0.1']],
    ['not-public', ['1.1.1.1', '10.0.0.1']],
    ['not-public', ['1.1.1.1', '::1']],
    ['unknown-host', []],
  ])('%s when its name resolves to %j', async (why, addresses) => {
    const one = outgoing(false);
    one.resolve = () => Promise.resolve(addresses);
    expect(await fault(one.check('https://hooks.example.org/'))).toBe(why);
    expect(await fault(one.post('https://hooks.example.org/', CALL))).toBe(why);
  });

  it('gains nothing by a name that first resolves to a public address', async () => {
    let reached = 0;
    const url = new URL(await serve(() => (reached += 1)));
    const one = outgoing(false);
    const answers = [['1.1.1.1'], ['127.0.0.1'], ['127.0.0.1']];
    one.resolve = () => Promise.resolve(answers.shift()!);
    const rebound = `https://rebind.example.org:${url.port}/`;
    await one.check(rebound);
    expect(await fault(one.post(rebound, CALL))).toBe('not-public');
    expect([reached, answers.length]).toEqual([0, 1]);
  });

  it('is resolved once for a connection: what was checked is what the socket connects to', async () => {
    let asked = 0;
    const one = outgoing(true);
    const url = new URL(await serve((_, response) => response.end()));
    one.resolve = () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']);
    await one.post(`http://hooks.example.org:${url.port}/`, CALL);
    expect(asked).toBe(1);
  });
});

describe('a call', () => {
  it('sends headers and body, and answers status, Retry-After and the beginning of the body', async () => {
    let got: unknown;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        got = [request.method, request.headers['x-a'], Buffer.concat(chunks).toString()];
        response.writeHead(503, { 'retry-after': '7' }).end(`a\0b\n${'数'.repeat(5000)}`);
      });
    });
    const answer = await outgoing(true).post(url, { ...CALL, headers: { 'x-a': 'b' } });
    expect(got).toEqual(['POST', 'b', '{}']);
    expect(answer).toMatchObject({ status: 503, retryAfter: '7' });
    expect(answer.excerpt).toMatch(/^a b 数{996}$/);
  });

  it('does not follow redirects', async () => {
    let reached = 0;
    const url = await serve((request, response) => {
      reached += 1;
      response.writeHead(307, { location: request.url === '/' ? '/elsewhere' : '/' }).end();
    });
    expect((await outgoing(true).post(url, CALL)).status).toBe(307);
    expect(reached).toBe(1);
  });

  it('does not ask a proxy of the environment', async () => {
    const before = { ...process.env };
    let proxied = 0;
    const proxy = await serve((_, response) => ((proxied += 1), response.end()));
    Object.assign(process.env, { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' });
    try {
      const url = await serve((_, response) => response.writeHead(204).end());
      expect((await outgoing(true).post(url, CALL)).status).toBe(204);
      expect(proxied).toBe(0);
    } finally {
      process.env = before;
    }
  });

  it('keeps its connection, and repeats itself when that was closed just then', async () => {
    const sockets = new Set<unknown>();
    let requests = 0;
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      requests += 1;
      if (requests === 3) request.socket.destroy();
      else response.end();
    });
    const one = outgoing(true);
    for (let i = 0; i < 3; i += 1) expect((await one.post(url, CALL)).status).toBe(200);
    expect([sockets.size, requests]).toEqual([2, 4]);
  });

  it('reports a connection that breaks at the first request', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await fault(outgoing(true).post(url, CALL))).toBe('ECONNRESET');
  });

  it('ends when the answer does not come, or the caller wants no more', async () => {
    const url = await serve(() => undefined);
    expect(await fault(outgoing(true).post(url, { ...CALL, timeoutMs: 20 }))).toBe('timeout');
    const stop = new AbortController();
    const call = fault(outgoing(true).post(url, { ...CALL, signal: stop.signal }));
    stop.abort();
    expect(await call).toBe('timeout');
  });

  it.each([
    ['never ends', (write: () => void) => setInterval(write, 1)],
    ['breaks off', (_: () => void, end: () => void) => setTimeout(end, 1)],
  ])('reads no more than a few KiB of a body that %s', async (_, how) => {
    let closed: Promise<unknown> | undefined;
    const url = await serve((__, response) => {
      response.writeHead(200).write('x');
      const timer = how(
        () => response.write('x'.repeat(1000)),
        () => response.destroy(),
      );
      closed = once(response, 'close').then(() => clearInterval(timer));
    });
    const { status, excerpt } = await outgoing(true).post(url, CALL);
    expect([status, excerpt[0]]).toEqual([200, 'x']);
    await closed;
  });

  it('believes no certificate that nobody vouches for', async () => {
    const { cert, key } = await selfSigned();
    const server = createTlsServer({ cert, key }, (_, response) => response.end()).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await fault(outgoing(true).post(`https://127.0.0.1:${port}/`, CALL))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('that is refused says only why', () => {
    expect(new OutgoingRefused('not-public').message).toBe('not-public');
  });
});

async function selfSigned(): Promise<{ cert: string; key: string }> {
  const { default: forge } = await import('node-forge');
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const cert = forge.pki.createCertificate();
  cert.publicKey = keys.publicKey;
  cert.setSubject([{ name: 'commonName', value: '127.0.0.1' }]);
  cert.setIssuer([{ name: 'commonName', value: '127.0.0.1' }]);
  cert.validity.notBefore = new Date(Date.now() - 60_000);
  cert.validity.notAfter = new Date(Date.now() + 3_600_000);
  cert.sign(keys.privateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(cert), key: forge.pki.privateKeyToPem(keys.privateKey) };
}
