/** `s3.eu-west-1.amazonaws.com` and its kin; the bucket may stand before it. */
const s3Host = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?([a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?(?::\d+)?$/;
export const isS3Host = (host: string): boolean => s3Host.test(host);
const loopbackHost = /^(?:(.+)\.)?(?:localhost|127\.0\.0\.1)(?::\d+)?$/;

/** Virtual-host style names the bucket in the host, path style first in the path. `path` comes back without it, still encoded. */
export function bucketOf(host: string, path: string): { bucket: string | undefined; path: string } {
  const inHost = (s3Host.exec(host) ?? loopbackHost.exec(host))?.[1];
  if (inHost) return { bucket: inHost, path };
  const [, bucket, rest] = /^\/([^/]*)(\/?.*)$/s.exec(path) ?? [];
  return bucket ? { bucket: decodeURIComponent(bucket), path: rest || '/' } : { bucket: undefined, path: '/' };
}
