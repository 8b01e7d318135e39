{{- /* Every error that values.schema.json cannot detect or cannot explain, one per line. */}}
{{- define "bluecore.errors" -}}
{{- $names := .Files.Get "files/unsupported-values.yaml" | fromYaml }}
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
{{- include "bluecore.errors.least" (list "redis" .Values.redis 32 "is for data, which needs at least 16 MiB") }}
{{- include "bluecore.errors.least" (list "elasticsearch" .Values.elasticsearch 512 "is the heap, which must be at least 256 MiB") }}
{{- range $chart := list "postgresql" "redis" "elasticsearch" }}
  {{- if gt (int (index $.Values $chart).replicas) 1 }}
    {{- if not $.Values.global.lease.enabled }}
{{ $chart }}.replicas: 2 needs global.lease.enabled, as otherwise both would write to the volume
    {{- end }}
    {{- if (index $.Values $chart).storage.class }}
{{ $chart }}.replicas: 2 needs a volume that two nodes can mount, and the claim of {{ $chart }}.storage.class is ReadWriteOnce; use NFS, or existingClaim with a claim that is ReadWriteMany
    {{- end }}
  {{- end }}
{{- end }}
{{- with .Values.global.lease }}
  {{- if and .fence.url (not .fence.existingSecret) }}
global.lease.fence: url needs existingSecret, a Secret with the key token
  {{- end }}
  {{- if and .fence.url (not .enabled) }}
global.lease.fence: url needs global.lease.enabled, as only the lease knows whether a node is silent
  {{- end }}
{{- end }}
{{- with .Values.misskey }}
  {{- if and .autoscaling.enabled (lt (int .autoscaling.maxReplicas) (int .replicas)) }}
misskey.autoscaling: maxReplicas {{ .autoscaling.maxReplicas }} is less than misskey.replicas {{ .replicas }}, the minimum
  {{- end }}
{{- end }}
{{- end }}

{{- /* Keys of other charts and of earlier versions, from (list VALUES MESSAGES), nested like the values. */}}
{{- define "bluecore.errors.names" -}}
{{- $values := first . }}
{{- range $name, $message := last . }}
  {{- if not (hasKey $values $name) }}
  {{- else if kindIs "string" $message }}
{{ $message }}
  {{- else }}
    {{- include "bluecore.errors.names" (list (index $values $name) $message) }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* A memory request above its limit, from (list PATH RESOURCES). */}}
{{- define "bluecore.errors.memory" -}}
{{- $memory := dict "request" (last .).requests.memory "limit" (last .).limits.memory }}
{{- if gt (include "common.mebibytes" $memory.request | int) (include "common.mebibytes" $memory.limit | int) }}
{{ first . }}.resources: requests.memory {{ $memory.request }} is more than limits.memory {{ $memory.limit }}
{{- end }}
{{- end }}

{{- /* A memory limit that is too low, from (list CHART VALUES MEBIBYTES USE-OF-HALF). */}}
{{- define "bluecore.errors.least" -}}
{{- $limit := (index . 1).resources.limits.memory }}
{{- if lt (include "common.mebibytes" $limit | int) (index . 2) }}
{{ first . }}.resources: limits.memory {{ $limit }} is too low; half of it {{ last . }}
{{- end }}
{{- end }}

{{- /* Services that share a volume, or whose folders are nested. */}}
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
{{ $chart }}.storage: {{ $volume }} is already used by {{ $other }}; each service needs its own volume
      {{- else if hasPrefix (printf "%s/" (trimSuffix "/" $theirs)) $volume }}
{{ $chart }}.storage: {{ $volume }} is inside {{ $theirs }} of {{ $other }}; each service needs its own volume
      {{- else if hasPrefix (printf "%s/" (trimSuffix "/" $volume)) $theirs }}
{{ $chart }}.storage: {{ $volume }} contains {{ $theirs }} of {{ $other }}; each service needs its own volume
      {{- end }}
    {{- end }}
    {{- $_ := set $seen $chart $volume }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Mount options that may lose writes of a server. For Misskey's files NOTES.txt has a warning. */}}
{{- define "bluecore.errors.mountOptions" -}}
{{- range $chart := list "postgresql" "redis" "elasticsearch" }}
  {{- $storage := (index $.Values $chart).storage }}
  {{- if not (or $storage.class $storage.existingClaim) }}
    {{- $where := empty $storage.mountOptions | ternary "global.nfs" (printf "%s.storage" $chart) }}
    {{- $options := $storage.mountOptions | default $.Values.global.nfs.mountOptions }}
    {{- range $soft := list "soft" "softerr" }}
      {{- if has $soft $options }}
{{ $where }}.mountOptions: {{ $soft }} loses writes when the NAS does not answer; use hard
      {{- end }}
    {{- end }}
    {{- if not (or (has "hard" $options) (has "soft" $options) (has "softerr" $options)) }}
{{ $where }}.mountOptions: add hard; on a node that mounts soft by default, writes are lost when the NAS does not answer
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
