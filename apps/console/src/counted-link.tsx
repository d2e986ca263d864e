import { Badge } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';

/** The way to a page, with how many things wait there; `id` begins the names that tests find it by. */
export function CountedLink({
  id,
  to,
  title,
  count,
  waiting,
}: {
  id: string;
  to: NonNullable<LinkProps['to']>;
  title: string;
  count: number;
  /** What the number says, in words. */
  waiting: string;
}) {
  return (
    <Link to={to} data-testid={`nav-${id}`}>
      {title}
      {count > 0 && (
        <Badge
          color="#ffffff"
          c="#084c4c"
          autoContrast={false}
          circle={count < 10}
          role="img"
          aria-label={waiting}
          data-testid={`${id}-waiting`}
        >
          {count}
        </Badge>
      )}
    </Link>
  );
}
