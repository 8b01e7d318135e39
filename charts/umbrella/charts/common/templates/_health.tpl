{{- /*
The health sidecar, from (dict "root" . "env" VARIABLES), optionally with "reads". It starts before the server and ends
after it. Its own probes check only its event loop: if they checked the server, the server would never start. It writes a
small file into its own folder on the server's volume, to check that the volume can still be written.
*/}}
{{- define "common.health" -}}
- name: health
  restartPolicy: Always
  image: {{ include "common.image" (dict "root" .root "image" .root.Values.health.image) }}
  {{- $lease := include "common.lease.env" .root | fromJson }}
  {{- include "common.env" (merge (dict "HEALTH_STORAGE_PATH" "/volume/.bluecore-health") .env $lease) | nindent 2 }}
  ports: [{ name: health, containerPort: 9808 }]
  startupProbe:
    httpGet: { path: /healthz, port: 9808 }
    periodSeconds: 1
    timeoutSeconds: 3
    failureThreshold: 60
  readinessProbe:
    httpGet: { path: /healthz, port: 9808 }
    periodSeconds: 10
    timeoutSeconds: 3
  livenessProbe:
    httpGet: { path: /healthz, port: 9808 }
    periodSeconds: 10
    timeoutSeconds: 3
  {{- $writes := dict .root.Chart.Annotations.volume "/volume" }}
  {{- $reads := deepCopy (.reads | default dict) }}
  {{- if $lease }}
    {{- $writes = set $writes "lease" "/lease" }}
    {{- $reads = set $reads "api" "/var/run/secrets/kubernetes.io/serviceaccount" }}
    {{- if .root.Values.global.lease.fence.url }}
      {{- $reads = set $reads "fence" "/fence" }}
    {{- end }}
  {{- end }}
  {{- include "common.mounts" (dict "reads" $reads "writes" $writes) | nindent 2 }}
  {{- include "common.container" .root.Values.health.resources | nindent 2 }}
{{- end }}

{{- /*
Probes of the server itself, answered by the sidecar. The port is a number, as kubelet looks up a name in the probed
container. Startup may take 30 minutes: killing a server during recovery only makes it start over. Liveness fails after
330 s, longer than the back-off of a crashing sidecar (300 s): a broken sidecar must not kill a healthy server. When /livez
fails, the server is frozen or gone and cannot shut down cleanly, so the grace period is short.
*/}}
{{- define "common.health.probes" -}}
startupProbe:
  httpGet: { path: /startupz, port: 9808 }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 900
readinessProbe:
  httpGet: { path: /readyz, port: 9808 }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
livenessProbe:
  httpGet: { path: /livez, port: 9808 }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 33
  terminationGracePeriodSeconds: 10
{{- end }}
