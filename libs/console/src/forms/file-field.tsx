import { FileTextOutlined, InboxOutlined } from '@ant-design/icons';
import { Button, Flex, Progress, Upload } from 'antd';
import { useState } from 'react';
import { ApiProblem, type FileView } from '@app/sdk';
import { useApi } from '../api.js';
import { language, say } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { useConnection } from '../session/session.js';
import type { Controlled } from './inputs.js';

/** Sends a file as it is; `fetch` cannot tell how far it has come, so this is the older way. */
function send(file: File, token: string | undefined, told: (percent: number) => void): Promise<FileView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/files');
    request.responseType = 'json';
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('accept-language', language());
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.setRequestHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
    request.upload.onprogress = ({ loaded, total }) => told(Math.floor((loaded / total) * 100));
    request.onerror = () => reject(new TypeError('network'));
    request.onload = () => {
      const body = (request.response ?? {}) as Record<string, unknown>;
      if (request.status === 201) resolve(body as unknown as FileView);
      else reject(new ApiProblem(request.status, String(body['code']), body));
    };
    request.send(file);
  });
}

/** A file for a field of the contract: it is sent at once, its id is the value. */
export function FileField({ id, value, onChange }: Controlled<string>) {
  const { session } = useConnection();
  const [sent, setSent] = useState<FileView>();
  // One that was given earlier is known by its id only.
  const { data: kept } = useApi<FileView>(value && value !== sent?.id ? `/v1/files/${value}` : null, { again: false });
  const known = value === sent?.id ? sent : kept;
  const [percent, setPercent] = useState<number>();
  const [error, setError] = useState<unknown>();
  const take = async (file: File): Promise<void> => {
    setError(undefined);
    setPercent(0);
    try {
      const stored = await send(file, await session.token(), setPercent);
      setSent(stored);
      onChange?.(stored.id);
    } catch (refused) {
      setError(refused);
    } finally {
      setPercent(undefined);
    }
  };
  if (value)
    return (
      <Flex align="center" gap={8}>
        <FileTextOutlined aria-hidden />
        <span>
          {known?.name ?? value}
          {known && ` · ${(known.bytes / 1024).toLocaleString(language(), { maximumFractionDigits: 1 })} KiB`}
        </span>
        <Button size="small" onClick={() => onChange?.(null)}>
          {say('replace')}
        </Button>
      </Flex>
    );
  return (
    <>
      <Upload.Dragger
        {...(id && { id })}
        showUploadList={false}
        disabled={percent !== undefined}
        beforeUpload={(file) => {
          void take(file);
          return false;
        }}
      >
        <InboxOutlined aria-hidden style={{ fontSize: 28 }} />
        <div>{say('dropFile')}</div>
        {percent !== undefined && <Progress percent={percent} style={{ maxWidth: 320 }} />}
      </Upload.Dragger>
      <ProblemAlert error={error} />
    </>
  );
}
