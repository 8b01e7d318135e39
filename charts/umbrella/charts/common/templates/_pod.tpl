{{- /* An image reference, from (dict "root" . "image" IMAGE). */}}
{{- define "common.image" -}}
{{ .root.Values.global.imageRegistry | default .image.registry }}/{{ .image.repository }}:{{ .image.tag }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /*
The start of every pod spec, from (dict "root" . "uid" UID). "token": true for a pod that uses the API server. "quick":
not empty for a pod that may be replaced as soon as its node is lost: it writes no files that another pod uses, or has a lease.
All containers of a pod run as the owner of its volume. Kubelet changes the group of a StorageClass volume to fsGroup, but
not that of an NFS volume, whose folder must belong to the uid already.
*/}}
{{- define "common.pod" -}}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- /* A resolver's retry reaches the same CoreDNS pod, dead or not; only the caller's reaches another. By default it has it after 10 s. */}}
dnsConfig: { options: [{ name: timeout, value: '1' }, { name: attempts, value: '2' }] }
{{- with include "common.lease.pod" .root }}{{ nindent 0 . }}{{ end }}
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or .quick .root.Values.tolerations }}
tolerations:
  {{- if .quick }}
  - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }
  - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }
  {{- end }}
  {{- with .root.Values.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .uid }}
  runAsGroup: {{ .uid }}
  fsGroup: {{ .uid }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- /* The end of every container, from its resources. */}}
{{- define "common.container" -}}
resources: {{- toYaml . | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
terminationMessagePolicy: FallbackToLogsOnError
{{- end }}

{{- /* Environment variables from a dict of values, or of where they come from; nothing without one. */}}
{{- define "common.env" -}}
{{- with . -}}
env:
{{- range $name, $value := . }}
  - { name: {{ $name }}, {{ kindIs "map" $value | ternary "valueFrom" "value" }}: {{ toJson $value }} }
{{- end }}
{{- end }}
{{- end }}

{{- /* Mounts, from (dict "reads" PATHS "writes" PATHS), each a dict of paths by volume. */}}
{{- define "common.mounts" -}}
{{- if or .reads .writes -}}
volumeMounts:
{{- range $volume, $path := .reads }}
  - { name: {{ $volume }}, mountPath: {{ $path }}, readOnly: true }
{{- end }}
{{- range $volume, $path := .writes }}
  - { name: {{ $volume }}, mountPath: {{ $path }} }
{{- end }}
{{- end }}
{{- end }}
