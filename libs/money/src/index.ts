export { allocate, type Weight } from './allocate.js';
export { distribute, reverse, type DistributedLine, type Distribution } from './distribute.js';
export { currencyDigits, Money, MoneyError, MoneyJson, type Currency, type MoneyErrorCode } from './money.js';
export { applyRate, basisPoints, Rate } from './rate.js';
export { checkScheme, DistributionScheme, SchemeLine, stages, type Base, type Stage } from './scheme.js';
