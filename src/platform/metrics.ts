import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One registry for the process; names follow the Prometheus conventions (base units, `_total`). */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const registers = [registry];

export const metrics = {
  requests: new Histogram({
    name: 'databourse_http_request_seconds',
    help: 'HTTP requests by route, method and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  }),
  commands: new Counter({
    name: 'databourse_commands_total',
    help: 'Commands by name and outcome (done, refused, failed)',
    labelNames: ['command', 'outcome'],
    registers,
  }),
  retries: new Counter({
    name: 'databourse_serialization_retries_total',
    help: 'Transactions repeated because the database could not serialise them',
    registers,
  }),
  certificateNumbers: new Gauge({
    name: 'databourse_certificate_numbers_used_ratio',
    help: 'Certificate numbers of this month that are used, by region and registrar; at 1 nothing more is issued',
    labelNames: ['region', 'registrar'],
    registers,
  }),
  parked: new Gauge({
    name: 'databourse_parked',
    help: 'Reactions and deadlines that gave up and wait for an operator',
    labelNames: ['kind'],
    registers,
  }),
  relayLag: new Gauge({
    name: 'databourse_relay_lag_leaves',
    help: 'Leaves that the slowest reaction has not seen',
    registers,
  }),
};
