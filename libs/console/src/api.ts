import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import {
  peopledThings,
  type NamesOfPeople,
  type OrganisationView,
  type Page,
  type PersonView,
  type PlatformStatus,
} from '@app/sdk';
import { can, useConnection, useMe } from './session/session.js';

/** Workers move things on without us: what is on the screen is read again this often. */
const AGAIN_MS = 5000;

type Query = Readonly<Record<string, string | undefined>>;

export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  return given.length > 0 ? `${path}?${new URLSearchParams(given).toString()}` : path;
}

/** One thing of the service; null for none. */
export function useApi<T>(
  path: string | null,
  { again = AGAIN_MS }: { again?: number | false } = {},
): UseQueryResult<T> {
  const { client } = useConnection();
  const me = useMe();
  return useQuery({
    queryKey: [path, me?.id],
    queryFn: () => client.get<T>(path!),
    enabled: path !== null,
    refetchInterval: again,
  });
}

/** A list, page by page. */
export function usePages<T>(path: string | null, query: Query = {}) {
  const { client } = useConnection();
  const me = useMe();
  const pages = useInfiniteQuery({
    queryKey: [path, query, me?.id],
    queryFn: ({ pageParam }) => client.get<Page<T>>(withQuery(path!, { ...query, cursor: pageParam })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled: path !== null,
    refetchInterval: AGAIN_MS,
  });
  return { ...pages, items: pages.data?.pages.flatMap(({ items }) => items) ?? [] };
}

/** Something that changes; afterwards everything on the screen is read again. */
export function useChange<A, R>(change: (given: A) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries() });
}

export const useStatus = () => useApi<PlatformStatus>('/v1/status', { again: 10_000 }).data;

/** The platform's time: a demonstration's clock runs ahead of this machine's. */
export function usePlatformNow(): number {
  return Date.now() + (useStatus()?.clockOffsetMs ?? 0);
}

const isPeopled = (of = ''): boolean => peopledThings.some((one) => of.startsWith(`${one}_`));

/** What somebody is called who acts in a thing, as far as the reader is shown who it is. */
export function useName(id: string | null | undefined, of: string | undefined): string | undefined {
  const me = useMe();
  const [isPerson, isExpert] = [!!id?.startsWith('per_'), !!id?.startsWith('exp_')];
  const asked = me !== null && (isPerson || isExpert);
  const all = isPerson && can(me, 'person.read');
  const person = useApi<PersonView>(asked && all ? `/v1/people/${id}` : null, { again: false }).data;
  const shown = useApi<NamesOfPeople>(asked && !all && isPeopled(of) ? `/v1/names?of=${of}` : null, {
    again: 30_000,
  }).data;
  return person?.displayName ?? (id ? shown?.names[id] : undefined);
}

/** Nobody who is not signed in may look organisations up. */
export function useOrganisation(id: string | null | undefined): OrganisationView | undefined {
  const known = useMe() !== null && !!id?.startsWith('org_');
  return useApi<OrganisationView>(known ? `/v1/organisations/${id}` : null, { again: false }).data;
}
