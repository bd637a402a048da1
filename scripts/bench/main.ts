import 'reflect-metadata';
import { benchCertificates } from './certificates.js';
import { benchLedger } from './ledger.js';
import { benchOrders } from './orders.js';

const benchmarks: Record<string, (args: string[]) => Promise<void>> = {
  orders: benchOrders,
  ledger: benchLedger,
  certificates: benchCertificates,
};

const [name = 'orders', ...args] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (!benchmark) {
  console.error(`没有基准测试 / no benchmark ${name}: ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
await benchmark(args);
