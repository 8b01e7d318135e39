{{- /* Fails with all messages of a list at once; an empty list is fine. */}}
{{- define "common.fail" -}}
{{- with . }}
{{- fail (printf "\n\nThese values do not fit together:\n- %s\n" (join "\n- " .)) }}
{{- end }}
{{- end }}

{{- /* A quantity of memory (512Mi, 2Gi: the schema allows no others) in MiB. */}}
{{- define "common.mebibytes" -}}
{{- $number := regexFind "^[0-9]+" . | int }}
{{- hasSuffix "Gi" . | ternary (mul 1024 $number) $number -}}
{{- end }}
