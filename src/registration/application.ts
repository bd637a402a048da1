export * from './application-events.js';
