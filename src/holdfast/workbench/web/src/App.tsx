import { Frame } from "./shell/Frame";
import { NewsStream } from "./shell/NewsStream";
import { NoticeBoard } from "./shell/NoticeBoard";
import { SessionGate } from "./shell/SessionGate";

/** The whole workbench. */
export function App() {
  return (
    <NoticeBoard>
      <SessionGate>
        <NewsStream>
          <Frame />
        </NewsStream>
      </SessionGate>
    </NoticeBoard>
  );
}
