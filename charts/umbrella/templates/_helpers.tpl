{{- /* Metadata of a hook that runs before the release is made or changed, from (list . WEIGHT). */}}
{{- define "bluecore.hook" -}}
{{- $weight := last . }}
{{- with first . -}}
name: bluecore-secrets
namespace: {{ .Release.Namespace }}
labels: {{- include "common.labels" . | nindent 2 }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ quote $weight }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  helm.sh/hook-output-log-policy: hook-failed
{{- end }}
{{- end }}

{{- /* Every mistake that takes two values to see, one per line. */}}
{{- define "bluecore.errors" -}}
{{- $seen := dict }}
{{- range $chart := list "postgresql" "redis" "elasticsearch" "misskey" }}
  {{- $storage := (index $.Values $chart).storage }}
  {{- $volume := printf "%s:%s" ($storage.nfs.server | default $.Values.global.nfs.server) (clean $storage.nfs.path) }}
  {{- if and $storage.class $storage.existingClaim }}
{{ $chart }}.storage: class and existingClaim are both set; keep one
  {{- end }}
  {{- if $storage.existingClaim }}
    {{- $volume = printf "the claim %s" $storage.existingClaim }}
  {{- else if $storage.class }}
    {{- $volume = "" }}
  {{- end }}
  {{- if and $volume (hasKey $seen $volume) }}
{{ $chart }}.storage: {{ $volume }} is {{ get $seen $volume }}'s already; each service needs a volume of its own
  {{- end }}
  {{- $_ := set $seen $volume $chart }}
  {{- include "bluecore.errors.memory" (list $chart (index $.Values $chart).resources) }}
  {{- with (index $.Values $chart).health }}
    {{- include "bluecore.errors.memory" (list (printf "%s.health" $chart) .resources) }}
  {{- end }}
{{- end }}
{{- include "bluecore.errors.memory" (list "global.setup" .Values.global.setup.resources) }}
{{- $limit := include "common.mebibytes" .Values.elasticsearch.resources.limits.memory | int }}
{{- $needed := add .Values.elasticsearch.heap 256 | int }}
{{- if lt $limit $needed }}
elasticsearch: a heap of {{ .Values.elasticsearch.heap }} MiB needs resources.limits.memory of {{ $needed }}Mi or more, not {{ .Values.elasticsearch.resources.limits.memory }}
{{- end }}
{{- $limit = include "common.mebibytes" .Values.redis.resources.limits.memory | int }}
{{- $needed = mul .Values.redis.maxMemory 2 | int }}
{{- if lt $limit $needed }}
redis: maxMemory of {{ .Values.redis.maxMemory }} MiB needs resources.limits.memory of {{ $needed }}Mi or more, not {{ .Values.redis.resources.limits.memory }}
{{- end }}
{{- end }}

{{- /* A request of memory above its limit, from (list WHERE RESOURCES). */}}
{{- define "bluecore.errors.memory" -}}
{{- $memory := dict "request" (last .).requests.memory "limit" (last .).limits.memory }}
{{- if gt (include "common.mebibytes" $memory.request | int) (include "common.mebibytes" $memory.limit | int) }}
{{ first . }}.resources: requests.memory {{ $memory.request }} is more than limits.memory {{ $memory.limit }}
{{- end }}
{{- end }}
