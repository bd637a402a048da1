import 'reflect-metadata';
import { start } from '../../src/start.js';

// The service in a process of its own, as it runs outside: configured by the environment, for as long as the benchmark lives.
const running = await start(process.env);
const end = (): void => void running.stop().then(() => process.exit(0));
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the benchmark says when to stop.
process.on('disconnect', end);
if (process.connected) process.send!({ url: running.config.PUBLIC_URL });
else end();
