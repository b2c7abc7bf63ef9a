//! What vector stores and search engines answer, as it came.

use super::{one, told};

#[test]
fn what_stores_answer_is_documents_with_their_scores() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    // Milvus, Vespa, Couchbase: what wraps the text.
    let hits = r#"[{"id":1,"distance":0.8,"entity":{"text":"A","source":"s"}},{"id":2,"distance":0.1,"entity":{"chunk_content":"B"}}]"#;
    let want = ["A|1|s|distance 0.8|-", "B|2|-|distance 0.1|-"];
    check(&format!("[{hits}]"), &want);
    check(&format!(r#"{{"data":[{hits}],"cost":6}}"#), &want);
    check(
        r#"{"root":{"id":"top","relevance":1.0,"fields":{"totalCount":1},"children":[{"id":"v","relevance":0.9,"fields":{"title":"T","body":"A"}}]}}"#,
        &["A|v|-|0.9|-"],
    );
    check(r#"{"rows":[{"id":"a","score":0.9,"fields":{"text":"A"}}],"total":1}"#, &["A|a|-|0.9|-"]);
    // Weaviate, Vectara, Vertex, Kendra: what else says where and how well.
    check(
        r#"{"data":{"Get":{"Article":[{"content":"A","_additional":{"id":"u","distance":0.12}}]}}}"#,
        &["A|u|-|distance 0.12|-"],
    );
    check(
        r#"{"results":[{"id":"d","document":{"name":"p/d","derivedStructData":{"title":"T","link":"gs://a","snippets":[{"snippet":"A"}]}}}]}"#,
        &["A|d|gs://a|-|-"],
    );
    check(r#"{"contexts":{"contexts":[{"sourceUri":"gs://a","text":"A","score":0.3}]}}"#, &["A|-|gs://a|0.3|-"]);
    check(
        r#"{"ResultItems":[{"Id":"1","DocumentId":"d","Content":"A","DocumentURI":"https://a.example"}]}"#,
        &["A|d|https://a.example|-|-"],
    );
    // MongoDB, pgvector, Redis, LanceDB, Azure: other names of the score.
    check(r#"[{"_id":{"$oid":"65a"},"pageContent":"A","vs_score":0.9}]"#, &["A|65a|-|0.9|-"]);
    check(r#"[{"id":1,"chunk_text":"A","cosine_similarity":0.88}]"#, &["A|1|-|0.88|-"]);
    check(r#"{"total":1,"docs":[{"id":"r","vector_score":"0.12","content":"A"}]}"#, &["A|r|-|vector_score 0.12|-"]);
    check(r#"[{"id":1,"_distance":0.12,"text":"A"}]"#, &["A|1|-|distance 0.12|-"]);
    check(
        r#"{"value":[{"@search.score":1.9,"@search.rerankerScore":2.8,"id":"a","content":"A","sourcepage":"a.pdf"}]}"#,
        &["A|a|a.pdf|2.8|-"],
    );
}

#[test]
fn columns_of_texts_and_scores_are_documents() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    check(r#"{"documents":["A","B"],"scores":[0.9,0.1],"ids":["a","b"]}"#, &["A|a|-|0.9|-", "B|b|-|0.1|-"]);
    check(
        r#"{"documents":["A","B"],"distances":[0.9,0.1],"metadatas":[{"source":"s"},{"source":"t"}]}"#,
        &["A|-|s|distance 0.9|-", "B|-|t|distance 0.1|-"],
    );
    check(r#"{"texts":["A","B"],"scores":[0.9,0.1],"took":3}"#, &["A|-|-|0.9|-", "B|-|-|0.1|-"]);
    let both = one("RETRIEVER", r#"{"ids":["a"],"documents":["A"],"distances":[0.9],"scores":[0.1]}"#);
    assert_eq!((both[0].score.as_deref(), both[0].metadata.len()), (Some("0.1"), 1), "{both:?}");
    check(r#"[["A b","B c"],[0.9,0.3]]"#, &["A b|-|-|0.9|-", "B c|-|-|0.3|-"]);
    // Not as many scores as texts: whose they are nobody knows.
    check(r#"{"documents":["A","B"],"scores":[0.9]}"#, &["A|-|-|-|-", "B|-|-|-|-"]);
}

#[test]
fn rows_without_names_are_documents_and_texts_of_several_queries_are_not() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    check(r#"[[1,"A b",{"source":"s"},0.12],[2,"B c",{"source":"t"},0.4]]"#, &["A b|1|s|0.12|-", "B c|2|t|0.4|-"]);
    check(r#"[["a","A b",0.12],["b","B c",0.4]]"#, &["A b|a|-|0.12|-", "B c|b|-|0.4|-"]);
    check(r#"[[0.9,"A b"],[0.3,"B c"]]"#, &["A b|-|-|0.9|-", "B c|-|-|0.3|-"]);
    check(r#"[["A b",2],["B c",1]]"#, &["A b|-|-|2|-", "B c|-|-|1|-"]);
    check(
        r#"[2,"r1",["vector_score","0.12","content","A"],"r2",["vector_score","0.4","content","B"]]"#,
        &["A|r1|-|vector_score 0.12|-", "B|r2|-|vector_score 0.4|-"],
    );
    check(r#"[["A b","B c"],["C d"]]"#, &["A b|-|-|-|-", "B c|-|-|-|-", "C d|-|-|-|-"]);
    check(r#"["A b","B c"]"#, &["A b|-|-|-|-", "B c|-|-|-|-"]);
}
