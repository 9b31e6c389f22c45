use std::{collections::HashSet, sync::Arc};

use prost::Message as _;
use prost_types::FileDescriptorSet;

/// The methods that contracts describe, as `pkg.Service/Method`.
#[derive(Debug, Clone, Default)]
pub struct Methods(HashSet<Arc<str>>);

impl Methods {
    /// The methods of encoded descriptor sets, as generators write them.
    pub fn of<'a>(descriptors: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut methods = HashSet::new();
        for set in descriptors {
            let set = FileDescriptorSet::decode(set).expect("a generated descriptor set can be read");
            for file in &set.file {
                for service in &file.service {
                    for method in &service.method {
                        methods.insert(
                            format!("{}.{}/{}", file.package(), service.name(), method.name()).into(),
                        );
                    }
                }
            }
        }
        Self(methods)
    }

    /// The method of a path, if a contract describes it.
    pub fn resolve(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path.strip_prefix('/')?).cloned()
    }

    /// Every method.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|method| &**method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn described_methods_are_known_by_their_path_and_others_are_not() {
        let methods = Methods::of([tonic_health::pb::FILE_DESCRIPTOR_SET]);
        assert_eq!(
            methods.resolve("/grpc.health.v1.Health/Check").as_deref(),
            Some("grpc.health.v1.Health/Check")
        );
        for unknown in ["grpc.health.v1.Health/Check", "/grpc.health.v1.Health/check", "/", "", "/x"] {
            assert_eq!(methods.resolve(unknown), None, "{unknown}");
        }
    }
}
