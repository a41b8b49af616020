import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { WorkbenchSettings } from "../api/schema";
import { Await } from "../shell/Await";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/Page";
import { useSession } from "../shell/session";
import { SettingsForm } from "./SettingsForm";

const load = (signal: AbortSignal): Promise<WorkbenchSettings> => api.get("/api/settings", { signal });

/** What the workbench is set to do. */
export function SettingsPage() {
  const settings = useLoaded(load);
  const [saved, setSaved] = useState<WorkbenchSettings | null>(null);
  const { tell } = useNotices();
  const { refresh } = useSession();

  const save = async (body: WorkbenchSettings) => {
    try {
      setSaved(await api.put("/api/settings", { body }));
      tell("The settings are saved.", "good");
      await refresh();
    } catch (error) {
      tell(inWords(error), "problem");
    }
  };

  return (
    <Page title="Settings" lead="They hold for everybody on this workbench, from the moment they are saved.">
      <Await loaded={settings}>
        {(loaded) => <SettingsForm key={JSON.stringify(saved)} settings={saved ?? loaded} save={save} />}
      </Await>
    </Page>
  );
}
