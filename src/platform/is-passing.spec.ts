import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isPassing } from './is-passing.js';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

it.each([
  ['a full disk of the database', coded('53100')],
  ['its shutdown', coded('57P01')],
  ['its crash', coded('57P02')],
  ['its start', coded('57P03')],
  ['one that is not there', coded('ECONNREFUSED')],
  ['a connection that broke', new Error('Connection terminated unexpectedly')],
  ['a connection that broke before', new Error('Client has encountered a connection error and is not queryable')],
  ['what TypeORM makes of it', new QueryFailedError('SELECT', [], coded('08006'))],
  ['a connection that broke between two queries', new QueryRunnerAlreadyReleasedError()],
  ['a connection that broke before the first', new QueryRunnerProviderAlreadyReleasedError()],
  ['a full disk of ours', coded('ENOSPC')],
])('%s passes', (_, error) => {
  expect(isPassing(error)).toBe(true);
});

it.each([
  ['a wrong statement', new QueryFailedError('SELECT', [], coded('42601'))],
  ['a broken rule', coded('23505')],
  ['a missing file', coded('ENOENT')],
  ['a mistake', new TypeError('x is not a function')],
  ['no error at all', 'Connection terminated'],
])('%s does not', (_, error) => {
  expect(isPassing(error)).toBe(false);
});
