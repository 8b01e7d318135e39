{{- /*
One writer per volume. The health sidecar holds a lease on the volume and writes into the volume `lease`, in memory, how long the
server may run; the guard, process 1 of the server's container, runs the server only until then. See docs/one-writer.md.
*/}}

{{- /* Not empty when the chart's volume has one writer and a lease. */}}
{{- define "common.leased" -}}
{{- if and .Values.global.lease.enabled (eq (toString .Chart.Annotations.access) "ReadWriteOnce") }}yes{{ end }}
{{- end }}

{{- /* Variables that say whose volume it is, as JSON. */}}
{{- define "common.lease.owner" -}}
{{- $env := dict }}
{{- if include "common.leased" . }}
  {{- $_ := set $env "LEASE_OWNER_ID" (dict "secretKeyRef" (dict "name" "bluecore-owner" "key" "id")) }}
  {{- $_ := set $env "LEASE_OWNER_NAME" (printf "%s in namespace %s" .Release.Name .Release.Namespace) }}
  {{- with .Values.global.lease.takeOverFrom }}
    {{- $_ := set $env "LEASE_TAKE_OVER_FROM" . }}
  {{- end }}
{{- end }}
{{- toJson $env }}
{{- end }}

{{- /* Variables of the sidecar that holds the lease, as JSON. Kubernetes expands only what stands before, in their order. */}}
{{- define "common.lease.env" -}}
{{- $env := include "common.lease.owner" . | fromJson }}
{{- if $env }}
  {{- $_ := set $env "HOLDER_NODE" (dict "fieldRef" (dict "fieldPath" "spec.nodeName")) }}
  {{- $_ := set $env "HOLDER_POD" (dict "fieldRef" (dict "fieldPath" "metadata.name")) }}
  {{- $_ := set $env "LEASE_ADDRESS" (dict "fieldRef" (dict "fieldPath" "status.hostIP")) }}
  {{- $_ := set $env "LEASE_FOLDER" "/volume/.bluecore-lease" }}
  {{- $_ := set $env "LEASE_HOLDER" "$(HOLDER_POD) on $(HOLDER_NODE)" }}
  {{- $_ := set $env "LEASE_PROFILE" .Values.global.lease.profile }}
  {{- $_ := set $env "LEASE_MEMBER" (include "common.name" .) }}
  {{- $_ := set $env "LEASE_ANNOUNCE" .Chart.Annotations.app }}
  {{- $_ := set $env "LEASE_RELEASE" .Release.Name }}
  {{- with .Values.global.lease.fence.url }}
    {{- $_ := set $env "LEASE_FENCE_URL" . }}
    {{- $_ := set $env "LEASE_FENCE_TOKEN_FILE" "/fence/token" }}
  {{- end }}
{{- end }}
{{- toJson $env }}
{{- end }}

{{- /*
What the server's container runs, from (dict "root" . "stop" SIGNAL "entrypoint" COMMAND "args" ARGUMENTS "files" PATHS): COMMAND,
a list, which ends with the image's own entrypoint, under the guard when there is a lease. SIGNAL stops the server in order. PATHS
are copied before it starts on a volume that was taken from a silent holder.
*/}}
{{- define "common.command" -}}
{{- $command := .entrypoint }}
{{- if include "common.leased" .root }}
  {{- $command = concat (list "bash" "/guard/guard.sh" .stop "bash" "/guard/take-over.sh") .files (list "--") .entrypoint }}
{{- end -}}
command: {{ $command | toJson }}
args: {{ toJson .args }}
{{- end }}

{{- define "common.lease.mounts" -}}
{{- if include "common.leased" . -}}
- { name: lease, mountPath: /lease }
- { name: guard, mountPath: /guard, readOnly: true }
{{- end }}
{{- end }}

{{- define "common.lease.volumes" -}}
{{- if include "common.leased" . -}}
- { name: lease, emptyDir: { medium: Memory, sizeLimit: 1Mi } }
- { name: guard, configMap: { name: bluecore-guard } }
{{- if .Values.global.lease.fence.url }}
- name: fence # mounted by the sidecar alone
  secret:
    secretName: {{ .Values.global.lease.fence.existingSecret }}
    defaultMode: 0440
    items: [{ key: token, path: token }]
{{- end }}
- name: api # mounted by the sidecar alone
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: { path: token, expirationSeconds: 3600 }
      - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
      - downwardAPI: { items: [{ path: namespace, fieldRef: { fieldPath: metadata.namespace } }] }
{{- end }}
{{- end }}

{{- /* Of the pod: its rights, and the members on different nodes. With replicas 1 the same, so that a change restarts nothing. */}}
{{- define "common.lease.pod" -}}
{{- if include "common.leased" . -}}
serviceAccountName: {{ .Chart.Annotations.app }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- include "common.component" . | nindent 14 }}
{{- end }}
{{- end }}
