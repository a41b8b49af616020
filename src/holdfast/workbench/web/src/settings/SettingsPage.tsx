import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { WorkbenchSettings } from "../api/schema";
import { Await } from "../shell/Await";
import { useNews } from "../shell/news";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/Page";
import { useSession } from "../shell/session";
import { SettingsForm } from "./SettingsForm";

const load = (signal: AbortSignal): Promise<WorkbenchSettings> => api.get("/api/settings", { signal });

/** The settings of the workbench. */
export function SettingsPage() {
  const settings = useLoaded(load);
  const { tell } = useNotices();
  const { refresh } = useSession();
  useNews("settings", settings.reload);

  const save = async (body: WorkbenchSettings) => {
    try {
      await api.put("/api/settings", { body });
      tell("The settings are saved.", "good");
      settings.reload();
      await refresh();
    } catch (error) {
      tell(inWords(error), "problem");
    }
  };

  return (
    <Page title="Settings" lead="They apply to everybody on this workbench as soon as they are saved.">
      <Await loaded={settings}>{(loaded) => <SettingsForm settings={loaded} save={save} />}</Await>
    </Page>
  );
}
