{{- /* Every mistake that values.schema.json cannot see or cannot explain, one per line. */}}
{{- define "bluecore.errors" -}}
{{- $names := .Files.Get "files/foreign-values.yaml" | fromYaml }}
{{- include "bluecore.errors.names" (list .Values $names) }}
{{- include "bluecore.errors.volumes" . }}
{{- include "bluecore.errors.mountOptions" . }}
{{- range $chart := list "postgresql" "redis" "elasticsearch" "misskey" }}
  {{- $values := index $.Values $chart }}
  {{- include "bluecore.errors.memory" (list $chart $values.resources) }}
  {{- with $values.health }}
    {{- include "bluecore.errors.memory" (list (printf "%s.health" $chart) .resources) }}
  {{- end }}
{{- end }}
{{- include "bluecore.errors.memory" (list "global.setup" .Values.global.setup.resources) }}
{{- include "bluecore.errors.least" (list "redis" .Values.redis 32 "is for data, and 16 MiB of data are the least that help") }}
{{- include "bluecore.errors.least" (list "elasticsearch" .Values.elasticsearch 512 "is the heap, and 256 MiB of heap are the least it runs with") }}
{{- with .Values.misskey }}
  {{- if and .autoscaling.enabled (lt (int .autoscaling.maxReplicas) (int .replicas)) }}
misskey.autoscaling: maxReplicas {{ .autoscaling.maxReplicas }} is less than misskey.replicas {{ .replicas }}, of which there are always as many
  {{- end }}
{{- end }}
{{- end }}

{{- /* Names of other charts and of earlier versions, from (list VALUES EXPLANATIONS), which are as deep as the values. */}}
{{- define "bluecore.errors.names" -}}
{{- $values := first . }}
{{- range $name, $explanation := last . }}
  {{- if not (hasKey $values $name) }}
  {{- else if kindIs "string" $explanation }}
{{ $explanation }}
  {{- else }}
    {{- include "bluecore.errors.names" (list (index $values $name) $explanation) }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* A request of memory above its limit, from (list WHERE RESOURCES). */}}
{{- define "bluecore.errors.memory" -}}
{{- $memory := dict "request" (last .).requests.memory "limit" (last .).limits.memory }}
{{- if gt (include "common.mebibytes" $memory.request | int) (include "common.mebibytes" $memory.limit | int) }}
{{ first . }}.resources: requests.memory {{ $memory.request }} is more than limits.memory {{ $memory.limit }}
{{- end }}
{{- end }}

{{- /* A limit of which half is too little, from (list CHART VALUES MEBIBYTES WHAT-HALF-IS). */}}
{{- define "bluecore.errors.least" -}}
{{- $limit := (index . 1).resources.limits.memory }}
{{- if lt (include "common.mebibytes" $limit | int) (index . 2) }}
{{ first . }}.resources: limits.memory {{ $limit }} is too little; half of it {{ last . }}
{{- end }}
{{- end }}

{{- /* Services on one volume, or on folders of which one holds the other. */}}
{{- define "bluecore.errors.volumes" -}}
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
  {{- if $volume }}
    {{- range $other, $theirs := $seen }}
      {{- if eq $volume $theirs }}
{{ $chart }}.storage: {{ $volume }} is {{ $other }}'s already; each service needs a volume of its own
      {{- else if hasPrefix (printf "%s/" (trimSuffix "/" $theirs)) $volume }}
{{ $chart }}.storage: {{ $volume }} lies within {{ $other }}'s {{ $theirs }}; each service needs a volume of its own
      {{- else if hasPrefix (printf "%s/" (trimSuffix "/" $volume)) $theirs }}
{{ $chart }}.storage: {{ $other }}'s {{ $theirs }} lies within {{ $volume }}; each service needs a volume of its own
      {{- end }}
    {{- end }}
    {{- $_ := set $seen $chart $volume }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* NFS mounts of a server that may forget a write. For Misskey's files the notes warn. */}}
{{- define "bluecore.errors.mountOptions" -}}
{{- range $chart := list "postgresql" "redis" "elasticsearch" }}
  {{- $storage := (index $.Values $chart).storage }}
  {{- if not (or $storage.class $storage.existingClaim) }}
    {{- $where := empty $storage.mountOptions | ternary "global.nfs" (printf "%s.storage" $chart) }}
    {{- $options := $storage.mountOptions | default $.Values.global.nfs.mountOptions }}
    {{- range $soft := list "soft" "softerr" }}
      {{- if has $soft $options }}
{{ $where }}.mountOptions: {{ $soft }} would lose writes that the NAS did not take; use hard
      {{- end }}
    {{- end }}
    {{- if not (or (has "hard" $options) (has "soft" $options) (has "softerr" $options)) }}
{{ $where }}.mountOptions: hard is missing; a node whose own default is soft would lose writes that the NAS did not take
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
