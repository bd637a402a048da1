import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { jest } from '@jest/globals';
import { freePort, isFree, tryPort } from './port.js';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));
const listenAt = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return server;
};
const portOf = (server: Server) => (server.address() as AddressInfo).port;

it('a free port is none that a system gives to outgoing connections', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  for (const port of ports) expect(port > 1023 && port < 32_768).toBe(true);
  await listenAt(ports[0]!);
});

it('a taken port is drawn in vain', async () => {
  const server = await listenAt(await freePort());
  const other = await freePort();
  const drawn = [portOf(server), portOf(server), other];
  expect(await freePort('127.0.0.1', () => drawn.shift()!)).toBe(other);
  expect(await isFree(portOf(server))).toBe(false);
  await expect(tryPort(portOf(server), '127.0.0.1')).rejects.toThrow('EADDRINUSE');
  await expect(freePort('127.0.0.1', () => portOf(server))).rejects.toThrow('EADDRINUSE');
  expect(await isFree(other)).toBe(true);
});

it('what no other port would mend is thrown at once', async () => {
  const drawn = jest.fn(() => 10_000);
  await expect(freePort('192.0.2.1', drawn)).rejects.toThrow('EADDRNOTAVAIL'); // An address of nobody (RFC 5737).
  expect(drawn).toHaveBeenCalledTimes(1);
});
