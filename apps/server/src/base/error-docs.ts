import { errorCodes } from './errors.ts';

const names = Object.keys(errorCodes);

/** JSON Schema of a problem document (RFC 9457) with our codes. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details; media type application/problem+json',
  required: ['type', 'title', 'status', 'code', 'detail', 'mend'],
  properties: {
    type: { type: 'string', description: 'Address that describes the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: names },
    detail: { type: 'string', description: 'What was wrong' },
    mend: { type: 'string', description: 'How to mend it' },
    pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) to the first wrong field' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' }, index: { type: 'integer' } },
      },
    },
    instance: { type: 'string' },
  },
};

interface Operation {
  responses?: Record<string, unknown>;
}

/** Adds the problem document as the default answer of every operation of an OpenAPI description. */
export function describeProblems<T extends object>(description: T): T {
  const api = description as {
    components?: { schemas?: Record<string, unknown> };
    paths?: Record<string, Record<string, Operation>>;
  };
  api.components = { ...api.components, schemas: { ...api.components?.schemas, Problem: problemSchema } };
  for (const operations of Object.values(api.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      operation.responses = {
        ...operation.responses,
        default: {
          description: 'A refusal or a fault',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      };
    }
  }
  return description;
}

/** The page that the `type` of every problem points to. */
export function errorPage(): string {
  const rows = Object.entries(errorCodes)
    .map(
      ([code, { status, title, mend }]) =>
        `<dt id="${code}"><code>${code}</code> (${status})</dt><dd>${title}. ${mend}</dd>`,
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Errors · Kề Bên API</title></head><body><main><h1>Errors of the Kề Bên API</h1><dl>${rows}</dl></main></body></html>`;
}
