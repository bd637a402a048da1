import { Button, Card, Drawer, Empty, Flex, Table, Typography, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import { Actions, CreateButton, type Act, type Creation, type Thing } from './actions.js';
import { useApi, usePages } from './api.js';
import { useReturnOfFocus } from './focus.js';
import { label, say } from './i18n.js';
import { ProblemAlert } from './problem.js';
import { go, usePlace } from './router.js';
import { InThing } from './show.js';

export interface Column<T> {
  /** The field, whose label is the heading. */
  readonly name: string;
  readonly show: (item: T) => ReactNode;
  readonly align?: 'right';
}

interface Props<T extends Thing, D extends T> {
  /** The page of the console: the open thing stands in its address. */
  readonly page: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly columns: readonly Column<T>[];
  readonly title: (item: T) => ReactNode;
  readonly detail: (item: D) => ReactNode;
  readonly acts?: readonly Act<D>[];
  readonly creations?: readonly Creation[];
  /** Stands above the table: search, filters, what the page is about. */
  readonly children?: ReactNode;
  readonly empty?: ReactNode;
  /** How the things are shown instead of in a table. */
  readonly view?: (items: readonly T[]) => ReactNode;
}

/** A list of things, the one that is open beside it, and what can be done with it. */
export function Collection<T extends Thing, D extends T = T>(props: Props<T, D>) {
  const { page, path, query, creations = [] } = props;
  const list = usePages<T>(path, query);
  const { id } = usePlace();
  return (
    <>
      <Flex gap={12} wrap align="center" justify="space-between" style={{ marginBottom: 16 }}>
        <Flex gap={12} wrap align="center" style={{ flex: 1 }}>
          {props.children}
        </Flex>
        <Flex gap={8} wrap style={{ marginInlineStart: 'auto' }}>
          {creations.map((creation) => (
            <CreateButton key={creation.path} creation={creation} onDone={(made) => go(page, made)} />
          ))}
        </Flex>
      </Flex>
      <ProblemAlert error={list.error} />
      {props.view && !list.isPending ? (
        props.view(list.items)
      ) : (
        <Rows {...props} items={list.items} loading={list.isPending && !list.error} />
      )}
      {list.hasNextPage && (
        <Flex justify="center" style={{ padding: 12 }}>
          <Button onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
            {say('more')}
          </Button>
        </Flex>
      )}
      {id && <Open key={id} {...props} id={id} />}
    </>
  );
}

interface RowsProps<T extends Pick<Thing, 'id'>> {
  readonly page: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly loading: boolean;
  readonly empty?: ReactNode;
}

/** A table whose rows open. */
export function Rows<T extends Pick<Thing, 'id'>>({ page, columns, items, loading, empty }: RowsProps<T>) {
  const heads: TableColumnsType<T> = columns.map(({ name, show, align }) => ({
    key: name,
    title: label(name),
    render: (_: unknown, item: T) => show(item),
    ...(align && { align }),
  }));
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Table<T>
        rowKey="id"
        size="middle"
        loading={loading}
        dataSource={[...items]}
        columns={heads}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty ?? say('nothing')} /> }}
        rowClassName="clickable"
        onRow={(item) => ({
          tabIndex: 0,
          onClick: () => go(page, item.id),
          onKeyDown: ({ key, target, currentTarget }) => {
            if (key === 'Enter' && target === currentTarget) go(page, item.id);
          },
        })}
      />
    </Card>
  );
}

function Open<T extends Thing, D extends T>({
  page,
  path,
  id,
  title,
  detail,
  acts = [],
}: Props<T, D> & { id: string }) {
  const { data, error } = useApi<D>(`${path}/${id}`);
  useReturnOfFocus();
  return (
    <Drawer
      open
      onClose={() => go(page)}
      size={Math.min(760, window.innerWidth)}
      title={data ? title(data) : say('loading')}
      loading={!data && !error}
    >
      <ProblemAlert error={error} />
      {data && (
        <Flex vertical gap={16}>
          <Actions path={path} thing={data} acts={acts} />
          <InThing value={data.id}>{detail(data)}</InThing>
          <Typography.Text type="secondary" copyable={{ text: data.id }} className="own-id" style={{ fontSize: 12 }}>
            {data.id}
          </Typography.Text>
        </Flex>
      )}
    </Drawer>
  );
}
