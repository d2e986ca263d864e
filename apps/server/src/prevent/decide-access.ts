import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { type AgeBand, rank } from '../base/vocabulary.ts';
import { riskOf } from '../detect/index.ts';
import { actions, type ResourceType, type Safeguards, type Situation, type Verdict } from './safeguards.ts';
import { areConnected, bandsOf } from './store.ts';

/** What a platform asks: may `subject` do `action` to `resource`? */
export interface AccessQuestion {
  subject: { id: string; ageBand?: AgeBand | undefined };
  action: string;
  resource: {
    type: ResourceType;
    id: string;
    ageBand?: AgeBand | undefined;
    properties?: Record<string, unknown> | undefined;
  };
  context?: Record<string, unknown> | undefined;
}

const trusted = new Set(['friend', 'family', 'teacher']);

/**
 * Judges one question with what the platform's events taught: age bands, contacts and risk. A band the platform's
 * own account events gave wins over one in the question, so that a caller cannot grow up by asking.
 */
export async function decideAccess(
  tx: Tx,
  safeguards: Safeguards,
  organisationId: string,
  question: AccessQuestion,
  now: Date,
): Promise<Verdict> {
  const { subject, action, resource, context = {} } = question;
  const fitting: readonly string[] = actions[resource.type];
  if (!fitting.includes(action)) {
    throw new AppError(
      'invalid-request',
      `The action ${action} does not fit a resource of type ${resource.type}; it takes ${fitting.join(', ')}.`,
      { pointer: '/action' },
    );
  }
  const isAccount = resource.type === 'account';
  const bands = await bandsOf(tx, organisationId, isAccount ? [subject.id, resource.id] : [subject.id]);
  const connected =
    isAccount &&
    ((typeof context.relationship === 'string' && trusted.has(context.relationship)) ||
      (await areConnected(tx, organisationId, subject.id, resource.id)));
  const risk = rank(await riskOf(tx, organisationId, subject.id, isAccount ? resource.id : undefined, now));
  const known = (id: string, given: AgeBand | undefined): AgeBand => {
    const stored = bands.get(id);
    return stored === undefined || stored === 'unknown' ? (given ?? 'unknown') : stored;
  };
  return safeguards.judge({
    subject: { id: subject.id, ageBand: known(subject.id, subject.ageBand), risk },
    action,
    resource: factsOf(resource, isAccount ? known(resource.id, resource.ageBand) : 'unknown'),
    connected,
  });
}

function factsOf(resource: AccessQuestion['resource'], ageBand: AgeBand): Situation['resource'] {
  const { type, id, properties = {} } = resource;
  switch (type) {
    case 'account':
      return { type, id, ageBand };
    case 'content': {
      if (properties.sensitive !== undefined && typeof properties.sensitive !== 'boolean') {
        throw new AppError('invalid-request', 'properties.sensitive must be true or false.', {
          pointer: '/resource/properties/sensitive',
        });
      }
      // Content that nobody rated is not known to be harmless.
      return { type, id, sensitive: properties.sensitive ?? true };
    }
    case 'stream':
      return { type, id, audience: typeof properties.audience === 'string' ? properties.audience : 'public' };
  }
}
