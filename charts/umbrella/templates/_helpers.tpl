{{- /* Labels of what is not the release itself, from (list . NAME): another name, which no Service chooses. */}}
{{- define "bluecore.labels.of" -}}
{{ include "common.labels" (first .) | replace "name: bluecore" (printf "name: %s" (last .)) }}
{{- end }}

{{- /* Metadata of a hook that runs before the release is made or changed, from (list . WEIGHT). */}}
{{- define "bluecore.hook" -}}
{{- $weight := last . }}
{{- with first . -}}
name: bluecore-secrets
namespace: {{ .Release.Namespace }}
labels: {{- include "bluecore.labels.of" (list . "bluecore-secrets") | nindent 2 }}
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
{{- if lt (include "common.mebibytes" .Values.elasticsearch.resources.limits.memory | int) 512 }}
elasticsearch.resources: limits.memory {{ .Values.elasticsearch.resources.limits.memory }} is too little; half of it is the heap, and 256 MiB of heap are the least it runs with
{{- end }}
{{- end }}

{{- /* A request of memory above its limit, from (list WHERE RESOURCES). */}}
{{- define "bluecore.errors.memory" -}}
{{- $memory := dict "request" (last .).requests.memory "limit" (last .).limits.memory }}
{{- if gt (include "common.mebibytes" $memory.request | int) (include "common.mebibytes" $memory.limit | int) }}
{{ first . }}.resources: requests.memory {{ $memory.request }} is more than limits.memory {{ $memory.limit }}
{{- end }}
{{- end }}
