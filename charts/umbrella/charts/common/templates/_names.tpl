{{- /*
Names are fixed, because the site's proxy and DNS refer to them; so there is one release per namespace. Each chart states
its own in the annotations of its Chart.yaml, as Helm replaces .Chart.Name when a chart is used under an alias:
  app     name of the Deployment, label of its pods, and with -sv the name of the Service
  title   name of the software, for messages
  claim   name of the PersistentVolumeClaim that the chart creates
  volume  name of the volume in the pod
  access  access mode of a claim of a StorageClass
*/}}

{{- /* Name of a chart's Deployment; within "common.members" that of the member. */}}
{{- define "common.name" -}}
{{ .Member | default (required (printf "Chart.yaml of %s lacks annotations.app" .Chart.Name) .Chart.Annotations.app) }}
{{- end }}

{{- /*
The Deployments of a server, as a JSON list: with two replicas the second one is a standby. A Deployment each, so that the
Service can select the one that holds the lease: pods of one Deployment have the same labels. Each is rendered with its name
as .Member.
*/}}
{{- define "common.members" -}}
{{- $name := include "common.name" . }}
{{- $members := list $name }}
{{- if and (include "common.leased" .) (gt (int .Values.replicas) 1) }}
  {{- $members = append $members (printf "%s-2" $name) }}
{{- end }}
{{- toJson $members }}
{{- end }}

{{- /* Labels that select a chart's pods. A selector is immutable: never change them. */}}
{{- define "common.selector" -}}
{{ include "common.selector.of" (list . (include "common.name" .)) }}
{{- end }}

{{- /* Labels that select the pods named NAME, from (list ROOT NAME). */}}
{{- define "common.selector.of" -}}
app.kubernetes.io/name: {{ last . }}
app.kubernetes.io/instance: {{ (first .).Release.Name }}
{{- end }}

{{- /* Labels that select the pods of all members of a chart. */}}
{{- define "common.component" -}}
app.kubernetes.io/component: {{ .Chart.Annotations.app }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Labels of every object and pod of a chart. */}}
{{- define "common.labels" -}}
{{ include "common.labels.of" (list . (include "common.name" .)) }}
app.kubernetes.io/component: {{ .Chart.Annotations.app }}
{{- end }}

{{- /* Labels of what is named NAME, from (list ROOT NAME). No chart version: a new one must not restart a pod. */}}
{{- define "common.labels.of" -}}
{{ include "common.selector.of" . }}
app.kubernetes.io/part-of: bluecore
app.kubernetes.io/managed-by: {{ (first .).Release.Service }}
{{- end }}

{{- /* Name of the Secret with the passwords of the server NAME, from (list ROOT NAME). */}}
{{- define "common.secret" -}}
{{ index (first .).Values.global.existingSecrets (last .) | default (printf "%s-auth" (last .)) }}
{{- end }}
