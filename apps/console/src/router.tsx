import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AgesPage } from './ages/ages-page.tsx';
import { CasePage } from './case-page.tsx';
import { FeedbackPage } from './feedback-page.tsx';
import { Queue } from './queue.tsx';
import { ReferralPage } from './referral-page.tsx';
import { Referrals } from './referrals.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell });
const queue = createRoute({ getParentRoute: () => root, path: '/', component: Queue });
const caseRoute = createRoute({ getParentRoute: () => root, path: '/cases/$id', component: CasePage });
const referrals = createRoute({ getParentRoute: () => root, path: '/referrals', component: Referrals });
const referral = createRoute({ getParentRoute: () => root, path: '/referrals/$id', component: ReferralPage });
const ages = createRoute({ getParentRoute: () => root, path: '/ages', component: AgesPage });
const feedback = createRoute({ getParentRoute: () => root, path: '/feedback', component: FeedbackPage });
// The editor is large and few people need it: it is loaded with its page.
const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyRouteComponent(() => import('./rules/rules-page.tsx'), 'RulesPage'),
});
const ruleVersion = createRoute({
  getParentRoute: () => root,
  path: '/rules/$number',
  component: lazyRouteComponent(() => import('./rules/version-page.tsx'), 'VersionPage'),
});
const safeguards = createRoute({
  getParentRoute: () => root,
  path: '/safeguards',
  component: lazyRouteComponent(() => import('./safeguards/safeguards-page.tsx'), 'SafeguardsPage'),
});
const safeguardVersion = createRoute({
  getParentRoute: () => root,
  path: '/safeguards/$number',
  component: lazyRouteComponent(() => import('./safeguards/version-page.tsx'), 'SafeguardVersionPage'),
});

const families = createRoute({
  getParentRoute: () => root,
  path: '/families',
  component: lazyRouteComponent(() => import('./families/families-page.tsx'), 'FamiliesPage'),
});
const banks = createRoute({
  getParentRoute: () => root,
  path: '/banks',
  component: lazyRouteComponent(() => import('./banks/banks-page.tsx'), 'BanksPage'),
});
const bank = createRoute({
  getParentRoute: () => root,
  path: '/banks/$id',
  component: lazyRouteComponent(() => import('./banks/bank-page.tsx'), 'BankPage'),
});
const bankLookUp = createRoute({
  getParentRoute: () => root,
  path: '/banks/look-up',
  component: lazyRouteComponent(() => import('./banks/look-up-page.tsx'), 'LookUpPage'),
});
const bankContent = createRoute({
  getParentRoute: () => root,
  path: '/banks/contents/$id',
  component: lazyRouteComponent(() => import('./banks/content-page.tsx'), 'ContentPage'),
});
const removals = createRoute({
  getParentRoute: () => root,
  path: '/removals',
  component: lazyRouteComponent(() => import('./removals/removals-page.tsx'), 'RemovalsPage'),
});
const removal = createRoute({
  getParentRoute: () => root,
  path: '/removals/$id',
  component: lazyRouteComponent(() => import('./removals/removal-page.tsx'), 'RemovalPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    queue,
    caseRoute,
    referrals,
    referral,
    feedback,
    ages,
    families,
    banks,
    bank,
    bankLookUp,
    bankContent,
    removals,
    removal,
    rules,
    ruleVersion,
    safeguards,
    safeguardVersion,
  ]),
  basepath: '/console',
  defaultNotFoundComponent: Queue,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
