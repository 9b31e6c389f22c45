use opentelemetry::KeyValue;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig as _,
};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::SdkMeterProvider,
    resource::{EnvResourceDetector, TelemetryResourceDetector},
    trace::SdkTracerProvider,
};
use uuid::Uuid;

use super::Process;

/// Why telemetry does not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A variable asks for what this build does not do.
    #[error("{variable} = {value:?}: this program sends {right}")]
    Unsupported {
        /// The variable.
        variable: String,
        /// What it says.
        value: String,
        /// What it may say.
        right: &'static str,
    },
    /// An exporter refuses its variables.
    #[error("the OTLP exporter for {signal}: {source}")]
    Exporter {
        /// Traces, metrics or logs.
        signal: &'static str,
        /// Why.
        source: ExporterBuildError,
    },
    /// The log directives cannot be read.
    #[error("telemetry.log: {0}; write a level such as info, or target=level")]
    Log(String),
    /// A process has one telemetry.
    #[error("telemetry has been started in this process already")]
    AlreadyStarted,
}

/// A variable of the process.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What every span, metric and log line says about its process. Variables win over our own values.
pub(super) fn resource(process: &Process, env: &impl Fn(&str) -> Option<String>) -> Resource {
    let ours = [
        KeyValue::new("service.name", process.service),
        KeyValue::new("service.namespace", "yishi"),
        // Without it backends merge two processes of one service into one that jumps about.
        KeyValue::new("service.instance.id", Uuid::new_v4().to_string()),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("yishi.level", process.level.as_str()),
        KeyValue::new("yishi.unit", process.unit.to_string()),
    ];
    let resource = Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(ours)
        .with_detector(Box::new(EnvResourceDetector::new()));
    match given(env, "OTEL_SERVICE_NAME") {
        Some(name) => resource.with_service_name(name).build(),
        None => resource.build(),
    }
}

/// The tracer provider, if spans are to be exported. Samplers and limits follow their own variables.
pub(super) fn traces(
    resource: &Resource,
    env: &impl Fn(&str) -> Option<String>,
) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    let Some(endpoint) = endpoint("TRACES", env)? else { return Ok(None) };
    let exporter =
        SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().map_err(fault("traces"))?;
    Ok(Some(
        SdkTracerProvider::builder().with_resource(resource.clone()).with_batch_exporter(exporter).build(),
    ))
}

/// The meter provider, if metrics are to be exported.
pub(super) fn metrics(
    resource: &Resource,
    env: &impl Fn(&str) -> Option<String>,
) -> Result<Option<SdkMeterProvider>, TelemetryError> {
    let Some(endpoint) = endpoint("METRICS", env)? else { return Ok(None) };
    let exporter =
        MetricExporter::builder().with_tonic().with_endpoint(endpoint).build().map_err(fault("metrics"))?;
    Ok(Some(
        SdkMeterProvider::builder().with_resource(resource.clone()).with_periodic_exporter(exporter).build(),
    ))
}

/// The logger provider, if log records are to be exported.
pub(super) fn logs(
    resource: &Resource,
    env: &impl Fn(&str) -> Option<String>,
) -> Result<Option<SdkLoggerProvider>, TelemetryError> {
    let Some(endpoint) = endpoint("LOGS", env)? else { return Ok(None) };
    let exporter =
        LogExporter::builder().with_tonic().with_endpoint(endpoint).build().map_err(fault("logs"))?;
    Ok(Some(
        SdkLoggerProvider::builder().with_resource(resource.clone()).with_batch_exporter(exporter).build(),
    ))
}

fn fault(signal: &'static str) -> impl Fn(ExporterBuildError) -> TelemetryError {
    move |source| TelemetryError::Exporter { signal, source }
}

/// Where a signal goes, by the standard variables; nowhere unless one names an endpoint.
fn endpoint(signal: &str, env: &impl Fn(&str) -> Option<String>) -> Result<Option<String>, TelemetryError> {
    if given(env, "OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let exporter = format!("OTEL_{signal}_EXPORTER");
    match given(env, &exporter).as_deref() {
        None | Some("otlp") => {}
        Some("none") => return Ok(None),
        Some(other) => return Err(unsupported(exporter, other, "\"otlp\" or \"none\"")),
    }
    let own_or_general = |what: &str| {
        [format!("OTEL_EXPORTER_OTLP_{signal}_{what}"), format!("OTEL_EXPORTER_OTLP_{what}")]
            .into_iter()
            .find_map(|variable| given(env, &variable).map(|value| (variable, value)))
    };
    let Some((_, endpoint)) = own_or_general("ENDPOINT") else { return Ok(None) };
    match own_or_general("PROTOCOL") {
        Some((variable, protocol)) if protocol != "grpc" => Err(unsupported(variable, &protocol, "\"grpc\"")),
        _ => Ok(Some(endpoint)),
    }
}

fn unsupported(variable: String, value: &str, right: &'static str) -> TelemetryError {
    TelemetryError::Unsupported { variable, value: value.to_owned(), right }
}

/// A variable that is set to something; the specification treats an empty one as unset.
fn given(env: &impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    env(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(signal: &str, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let env = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        endpoint(signal, &env).map_err(|error| error.to_string())
    }

    const GENERAL: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");

    #[test]
    fn nothing_is_exported_unless_an_endpoint_is_named() {
        assert_eq!(place("TRACES", &[]), Ok(None));
        assert_eq!(place("TRACES", &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]), Ok(None));
        assert_eq!(place("TRACES", &[GENERAL]), Ok(Some("http://collector:4317".to_owned())));
    }

    #[test]
    fn a_signal_may_go_elsewhere_or_nowhere() {
        let own = ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs:4317");
        assert_eq!(place("LOGS", &[GENERAL, own]), Ok(Some("http://logs:4317".to_owned())));
        assert_eq!(place("METRICS", &[own]), Ok(None));
        assert_eq!(place("METRICS", &[GENERAL, ("OTEL_METRICS_EXPORTER", "none")]), Ok(None));
        assert_eq!(place("LOGS", &[GENERAL, ("OTEL_SDK_DISABLED", "TRUE")]), Ok(None));
    }

    #[test]
    fn what_this_build_does_not_do_is_refused_by_name() {
        let error =
            place("TRACES", &[GENERAL, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]).unwrap_err();
        assert!(error.contains("OTEL_EXPORTER_OTLP_PROTOCOL") && error.contains("grpc"), "{error}");
        let error = place("LOGS", &[GENERAL, ("OTEL_LOGS_EXPORTER", "console")]).unwrap_err();
        assert!(error.contains("OTEL_LOGS_EXPORTER"), "{error}");
        assert!(place("TRACES", &[GENERAL, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).is_ok());
    }
}
