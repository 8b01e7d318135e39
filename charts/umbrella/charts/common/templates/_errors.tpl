{{- /* Fails with all messages of a list; does nothing when it is empty. */}}
{{- define "common.fail" -}}
{{- with . }}
{{- fail (printf "\n\nInvalid values:\n- %s\n" (join "\n- " .)) }}
{{- end }}
{{- end }}

{{- /* A quantity of memory in MiB, from Mi or Gi: the schema allows no other unit. */}}
{{- define "common.mebibytes" -}}
{{- $number := regexFind "^[0-9]+" . | int }}
{{- hasSuffix "Gi" . | ternary (mul 1024 $number) $number -}}
{{- end }}
