import { context, propagation, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { Refusal } from './refusal.js';

const tracer = trace.getTracer('databourse');

/** Runs `work` in a span; without a configured exporter this costs next to nothing. */
export function traced<R>(name: string, attributes: Record<string, string>, work: () => Promise<R>): Promise<R> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      noteFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Continues the trace that a request's `traceparent` names (W3C Trace Context). */
export const continueTrace = <R>(headers: object, work: () => R): R =>
  context.with(propagation.extract(context.active(), headers), work);

function noteFailure(span: Span, error: unknown): void {
  if (error instanceof Refusal) span.setAttribute('refusal', error.code);
  else span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
}

/** Sends spans to an OTLP collector when one is configured. @returns what flushes and stops it */
export async function startTracing(endpoint: string | undefined): Promise<() => Promise<void>> {
  if (!endpoint) return () => Promise.resolve();
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const sdk = new NodeSDK({
    serviceName: 'databourse',
    traceExporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }),
    instrumentations: [],
  });
  sdk.start();
  return () => sdk.shutdown();
}
