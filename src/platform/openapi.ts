import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problems } from '@app/sdk';

/** The description of the HTTP interface (OpenAPI 3.1), generated from the routes and their schemas. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('databourse')
      .setDescription(
        'Registration, certificates, listing, orders, delivery, settlement and the public ledger. ' +
          'Errors are application/problem+json (RFC 9457) in the language of Accept-Language (zh-CN, en).',
      )
      .setVersion('1')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
      .addSecurityRequirements('bearer')
      .build(),
  );
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemSchema },
  };
  for (const path of Object.values(document.paths))
    for (const operation of Object.values(path)) {
      const responses = (operation as { responses?: Record<string, object> }).responses;
      if (responses) responses['default'] ??= problemResponse;
    }
  return document;
}

/** The description at /openapi.json and a page to read and try it at /docs. */
export const serveDescription = (app: INestApplication): void =>
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json' });

const problemSchema = {
  type: 'object' as const,
  required: ['type', 'status', 'title', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    traceId: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problems) },
    reasons: { type: 'object', properties: { 'zh-CN': { type: 'string' }, en: { type: 'string' } } },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};

const problemResponse = {
  description: 'A refusal',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
