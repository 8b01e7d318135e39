{{- /*
The health sidecar, from (dict "root" . "env" VARIABLES), with "reads" as needed. It starts before the server and ends
after it. Its own probes ask only for its event loop: one that asked for the server would keep the server from starting.
It writes a small file into a folder of its own on the server's volume, which must be called "data", to see whether that
still takes what it is given.
*/}}
{{- define "common.health" -}}
- name: health
  restartPolicy: Always
  image: {{ include "common.image" (dict "root" .root "image" .root.Values.health.image) }}
  {{- include "common.env" (merge (dict "HEALTH_STORAGE_PATH" "/volume/.bluecore-health") .env) | nindent 2 }}
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
  {{- include "common.mounts" (dict "reads" .reads "writes" (dict "data" "/volume")) | nindent 2 }}
  {{- include "common.container" .root.Values.health.resources | nindent 2 }}
{{- end }}

{{- /*
Probes of the server itself, answered by the sidecar; by number, because a name is looked up in the probed container.
Startup may take 30 minutes: killing a recovery only makes it begin again. Liveness waits 330 s, longer than the 300 s
that a crashing sidecar may be held back: a sick messenger must not kill a healthy server. When /livez does fail the
server is frozen or gone, and cannot shut down in order however long it is given.
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
