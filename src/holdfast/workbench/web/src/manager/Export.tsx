/** Everything that was submitted, as files; and the campaign's report where there is one. */
export function Export({ report }: { report: string | null }) {
  return (
    <>
      <p className="muted">All submissions with their labels, scores, times and models.</p>
      <div className="row">
        <a className="button" href="/api/manager/export?format=jsonl" download>
          JSONL
        </a>
        <a className="button" href="/api/manager/export?format=parquet" download>
          Parquet
        </a>
        {report !== null && (
          <a className="button quiet" href={report} target="_blank" rel="noreferrer">
            The campaign’s report
          </a>
        )}
      </div>
    </>
  );
}
