export * from './permissions.js';
export * from './problems.js';
export * from './schema.js';
export * from './platform.js';
export * from './market.js';
export * from './client.js';
export * from './parties.js';
export * from './ledger.js';
