{{- /* redis.conf without its password. */}}
{{- define "redis.config" -}}
{{ .Files.Get "files/redis.conf" -}}
maxmemory {{ .Values.maxMemory }}mb
{{ end }}
