{{/*
A component that keeps things on disk: the engine its partitions' state, the edge its connectors' mailboxes. Takes
(dict "root" $ "component" "engine" "roles" "engine" "replicas" 1 "values" .Values.engine).
*/}}
{{- define "parlance.statefulSet" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "parlance.fullname" .root }}-{{ .component }}
  labels:
    {{- include "parlance.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  serviceName: {{ include "parlance.podsService" .root }}
  replicas: {{ .replicas }}
  # Partitions are shared out by the workers themselves: none has to wait for another.
  podManagementPolicy: Parallel
  selector:
    {{- include "parlance.componentSelector" . | nindent 4 }}
  template:
    {{- include "parlance.podTemplate" . | nindent 4 }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .values.persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ .values.persistence.size }}
{{- end -}}

{{- define "parlance.componentSelector" -}}
matchLabels:
  {{- include "parlance.selectorLabels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* At most one pod of a component is evicted at a time; a node can always be drained. */}}
{{- define "parlance.disruptionBudget" -}}
{{- if .root.Values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "parlance.fullname" .root }}-{{ .component }}
  labels:
    {{- include "parlance.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  maxUnavailable: 1
  selector:
    {{- include "parlance.componentSelector" . | nindent 4 }}
{{- end }}
{{- end -}}
