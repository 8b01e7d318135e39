{{- /* Name of the claim a chart's pods mount. */}}
{{- define "common.claim" -}}
{{ .Values.storage.existingClaim | default (include "common.claim.own" .) }}
{{- end }}

{{- /* Name of the claim that the chart makes. */}}
{{- define "common.claim.own" -}}
{{- eq .Chart.Name "misskey" | ternary "files" (include "common.name" .) -}}
{{- end }}

{{- /*
A static NFS volume and its claim, bound to each other and kept when the release goes; with a StorageClass the claim
alone; with a claim of the user's own nothing. Volumes are the cluster's, so their names carry the namespace.
*/}}
{{- define "common.storage" -}}
{{- $storage := .Values.storage }}
{{- $claim := include "common.claim.own" . }}
{{- $volume := printf "%s-%s" .Release.Namespace $claim }}
{{- if not (or $storage.class $storage.existingClaim) }}
apiVersion: v1
kind: PersistentVolume
metadata:
  name: {{ $volume }}
  labels: {{- include "common.labels" . | nindent 4 }}
  annotations: { helm.sh/resource-policy: keep }
spec:
  capacity: { storage: {{ $storage.size }} }
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  mountOptions: {{- $storage.mountOptions | default .Values.global.nfs.mountOptions | toYaml | nindent 4 }}
  claimRef: { apiVersion: v1, kind: PersistentVolumeClaim, namespace: {{ .Release.Namespace }}, name: {{ $claim }} }
  nfs:
    server: {{ $storage.nfs.server | default .Values.global.nfs.server }}
    path: {{ $storage.nfs.path }}
---
{{- end }}
{{- if not $storage.existingClaim }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ $claim }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "common.labels" . | nindent 4 }}
  annotations: { helm.sh/resource-policy: keep }
spec:
  {{- if $storage.class }}
  accessModes: [{{ eq $claim "files" | ternary "ReadWriteMany" "ReadWriteOnce" }}]
  storageClassName: {{ $storage.class }}
  {{- else }}
  accessModes: [ReadWriteMany]
  storageClassName: "" # without it the cluster's default class would be stamped on, and the volume never bound
  volumeName: {{ $volume }}
  {{- end }}
  resources: { requests: { storage: {{ $storage.size }} } }
{{- end }}
{{- end }}
