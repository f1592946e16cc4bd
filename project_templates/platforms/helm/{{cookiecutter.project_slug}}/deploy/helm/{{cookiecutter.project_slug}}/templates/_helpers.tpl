{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "app.labels" -}}
{{ include "app.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* An address instead of a host that the app trusts would be answered with a 400. */}}
{{- define "app.probe" -}}
{{- if .Values.healthPath }}
httpGet:
  path: {{ .Values.healthPath }}
  port: http
  httpHeaders:
    - name: Host
      value: {{ .Values.host }}
{{- else }}
tcpSocket:
  port: http
{{- end }}
{{- end }}
