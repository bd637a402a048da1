import { connectionOptions } from './jetstream-connection.js';

describe('what the client is told of NATS_URL', () => {
  it('is every server, without the login that stands in it', () => {
    expect(connectionOptions(['nats://a.example', 'nats://[::1]:4333', 'nats://u:p@c.example:80'])).toMatchObject({
      servers: ['a.example:4222', '[::1]:4333', 'c.example:80'],
      user: 'u',
      pass: 'p',
      reconnect: false,
    });
  });

  it('is a login with its escapes undone, or a token', () => {
    expect(connectionOptions(['nats://feed%40x:p%3A%2Fw@a.example'])).toMatchObject({ user: 'feed@x', pass: 'p:/w' });
    const token = connectionOptions(['nats://t0ken@a.example']);
    expect(token).toMatchObject({ token: 't0ken' });
    expect(token).not.toHaveProperty('user');
    expect(connectionOptions(['nats://a.example'])).not.toHaveProperty('token');
  });

  it('is TLS for all as soon as one address asks for it', () => {
    expect(connectionOptions(['nats://a.example', 'tls://b.example'])).toMatchObject({ tls: {} });
    expect(connectionOptions(['nats://a.example'])).not.toHaveProperty('tls');
  });

  it('is the credentials of the file', () => {
    expect(connectionOptions(['nats://a.example'])).not.toHaveProperty('authenticator');
    expect(connectionOptions(['nats://a.example'], Buffer.from(''))).toHaveProperty('authenticator');
  });
});
