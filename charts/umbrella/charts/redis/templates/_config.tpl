{{- /* redis.conf without its password. */}}
{{- define "redis.config" -}}
{{ .Files.Get "files/redis.conf" -}}
maxmemory {{ div (include "common.mebibytes" .Values.resources.limits.memory) 2 }}mb
{{ end }}
