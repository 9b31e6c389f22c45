//! One story, both engines.

/// Runs each story on SQLite and on PostgreSQL, each time on an empty database of its own.
///
/// A story is `async fn name<E: Engine>(place: &str)`, where `place` is a database URL; the tests are called
/// `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! both_engines {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let folder = $crate::sqlite::Folder::new();
                super::$story::<sqlx::Sqlite>(&folder.url()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let database = $crate::postgres::Postgres::shared().database(stringify!($story));
                super::$story::<sqlx::Postgres>(database.url()).await;
            }
        }
    )+};
}
