import type { FastifyRequest } from 'fastify';
import type { Staff } from '../../base/auth.ts';
import { AppError } from '../../base/errors.ts';
import type { Guards } from '../../base/http.ts';
import type { Role } from '../../base/vocabulary.ts';

export type RuleStaff = (request: FastifyRequest, roles: readonly Role[]) => Promise<Staff>;

/** Staff of a platform in one of these roles: rules decide about events, and only platforms send any. */
export function ruleStaff(guards: Guards): RuleStaff {
  return async (request, roles) => {
    const staff = await guards.staff(request, ...roles);
    if (staff.organisationKind !== 'platform')
      throw new AppError('not-allowed', 'Rules belong to platforms: your organisation sends no events.');
    return staff;
  };
}
