import { accepted, type Send } from './http.ts';
import type { Answer, Body } from './shapes.ts';

const OF = '/v1/accounts/{id}/supervision';

/** Who looks after an account; `view` is exactly what that parent sees. */
export type Supervisor = Answer<typeof OF, 'get', 200>['supervisors'][number];
/** A one-time code, shown once: on the young person's own device only. */
export type Invitation = Answer<`${typeof OF}/invitations`, 'post', 201>;
/** What young person and parent call each other. */
export type InvitationNames = Body<`${typeof OF}/invitations`>;
/** Minutes of a day so far, in the app or one game. */
export type Usage = Body<'/v1/accounts/{id}/usage'>;

/** Parents by invitation, as the young person's device needs it. Every call throws a KebenError when it is refused. */
export function createSupervision(send: Send) {
  const of = (account: string) => `/v1/accounts/${encodeURIComponent(account)}`;
  const answer =
    (step: 'agree' | 'decline' | 'end') =>
    async (account: string, supervisor: string): Promise<Supervisor> =>
      accepted(
        await send('POST', `${of(account)}/supervision/${encodeURIComponent(supervisor)}/${step}`),
      ) as Supervisor;
  return {
    /** Makes a code with which a parent can ask; it holds for a day, once. */
    async invite(account: string, names: InvitationNames): Promise<Invitation> {
      return accepted(await send('POST', `${of(account)}/supervision/invitations`, names)) as Invitation;
    },
    /** Who looks after an account, with what they see. */
    async list(account: string): Promise<Supervisor[]> {
      const body = accepted(await send('GET', `${of(account)}/supervision`));
      return (body as Answer<typeof OF, 'get', 200>).supervisors;
    },
    /** The young person's yes to a parent who redeemed a code. */
    agree: answer('agree'),
    decline: answer('decline'),
    /** Ends a supervision, or takes a code back, at once. */
    end: answer('end'),
    /** The young person's consent, or its withdrawal, to make something personal public. */
    async consent(account: string, publishing: boolean): Promise<void> {
      accepted(await send('PUT', `${of(account)}/consent`, { publishing }));
    },
    /** Tells minutes spent; kept only while somebody supervises the account. */
    async tellUsage(account: string, usage: Usage): Promise<{ kept: boolean }> {
      return accepted(await send('POST', `${of(account)}/usage`, usage)) as { kept: boolean };
    },
  };
}
