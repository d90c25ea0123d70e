{{/*
What values.schema.json cannot say in plain words: rules between values. All of them are reported at once.
*/}}
{{- define "parlance.checks" -}}
{{- $broker := .Values.broker -}}
{{- $store := .Values.store -}}
{{- $problems := list -}}
{{- if eq .Values.mode "roles" -}}
  {{- if eq $broker.url "embedded" -}}
    {{- $problems = append $problems "broker.url: an embedded broker cannot be shared by several pods: give Pulsar's URL, or set mode: all-in-one" -}}
  {{- end -}}
  {{- if eq $store.url "embedded" -}}
    {{- $problems = append $problems "store.url: an embedded store cannot be shared by several pods: give ClickHouse's URL, or set mode: all-in-one" -}}
  {{- end -}}
{{- end -}}
{{- if and (hasPrefix "pulsar" $broker.url) (not $broker.adminUrl) -}}
  {{- $problems = append $problems "broker.adminUrl: needed with a pulsar:// URL: the address of Pulsar's admin API, such as http://pulsar:8080" -}}
{{- end -}}
{{- if and $store.existingSecret (not $store.username) -}}
  {{- $problems = append $problems "store.username: needed with store.existingSecret, which holds that user's password" -}}
{{- end -}}
{{- if ne (empty $store.coldVolume) (eq (int $store.coldAfterMonths) 0) -}}
  {{- $problems = append $problems "store.coldVolume: goes with store.coldAfterMonths: set both, or neither" -}}
{{- end -}}
{{- if and (eq $store.url "embedded") (or $store.cluster $store.storagePolicy $store.coldVolume) -}}
  {{- $problems = append $problems "store.cluster, store.storagePolicy and store.coldVolume: need a ClickHouse server: give its URL, or leave them out" -}}
{{- end -}}
{{- if and .Values.fetch.existingSecret (hasKey .Values.fetch.tenantSecrets .Values.defaultTenant.name) -}}
  {{- $problems = append $problems (printf "fetch.tenantSecrets: %s is the default tenant, whose secret is fetch.existingSecret: set one of them" .Values.defaultTenant.name) -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
  {{- $problems = append $problems "ingress.host: needed with ingress.enabled: the host name that clients use" -}}
{{- end -}}
{{- if $problems -}}
  {{- fail (printf "\n\nvalues that do not fit together:\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end -}}
