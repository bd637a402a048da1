const LOOK_EVERY_MS = 500;

/**
 * Told to end, npm ends the shell between itself and us, and we would live on. Run by npm we therefore tell ourselves to end
 * when our parent has gone.
 */
export function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  look.unref();
}
