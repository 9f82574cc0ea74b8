// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables as users write them. */
class TaskTableTest {
    private static final String HEADER = "branch,experiment,trainer,max_epochs,batch_size,overrides\n";

    @Test
    void commentsBlankLinesAndRowsWithoutABranchAreLeftOut() {
        List<TaskTable.Row> rows = train(HEADER + """

                # all of it
                main,im2im/segmentation,gpu,3,4,
                ,im2im/segmentation,gpu,3,4,
                  # indented
                fused , label_free
                """);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).task())
                .isEqualTo(new Im2imTask(4, "main", "im2im/segmentation", "gpu", 3, 4, null, "", List.of()));
        assertThat(rows.get(1).task())
                .isEqualTo(new Im2imTask(7, "fused", "label_free", "", 5, 8, null, "", List.of()));
    }

    @Test
    void overridesMayHoldCommasInQuotesAndBrackets() {
        String row = "main,segmentation,cpu,1,2,";
        assertThat(overrides(row + "seed=1")).containsExactly("seed=1");
        assertThat(overrides(row + "seed=1,model.lr=0.1")).containsExactly("seed=1", "model.lr=0.1");
        assertThat(overrides(row + "\"seed=1, model.lr=0.1\"")).containsExactly("seed=1", "model.lr=0.1");
        assertThat(overrides(row + "\"model.filters=[4,8,16],seed=3\""))
                .containsExactly("model.filters=[4,8,16]", "seed=3");
        assertThat(overrides(row + "\"data.path='a,b',seed=3\"")).containsExactly("data.path=a,b", "seed=3");
        assertThat(overrides(row + "\"data.path=\"\"a,b\"\"\"")).containsExactly("data.path=a,b");
    }

    private static List<String> overrides(String row) {
        TaskTable.Row read = train(HEADER + row).get(0);
        assertThat(read.trouble()).isNull();
        return read.task().overrides();
    }

    @Test
    void columnsMayStandInAnyOrderAndAByteOrderMarkIsNoPartOfThem() {
        List<TaskTable.Row> rows = TaskTable.parse(
                "t.csv",
                "\ufeffexperiment,checkpoint_path,Branch,data_path\r\nlabelfree,w.npy,main,volumes\r\n",
                Im2imMode.INFER);
        assertThat(rows.get(0).task())
                .isEqualTo(new Im2imTask(2, "main", "labelfree", "", 5, 8, "w.npy", "volumes", List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "main,segmentation,cpu,many,2 | t.csv, line 2, column max_epochs: 'many' is no whole number",
                "main,segmentation,cpu,1,0 | t.csv, line 2, column batch_size: '0' is no whole number",
                "main,,cpu,1,2 | line 2, column experiment: the experiment is missing",
                "main,segmentation,cpu,1,2,seed | line 2, column overrides: 'seed' is no override",
                "main,segmentation,cpu,1,2,seed=1,3 | line 2, column number 7: 7 values where the header names 6",
                "main,\"segmentation,cpu,1,2 | line 2, column experiment: the quote is never closed",
                "main,\"segmentation\"x,cpu | line 2, column experiment: 'x' follows a closing quote"
            })
    void aBadRowNamesLineAndColumnAndTheOthersGoOn(String bad, String words) {
        List<TaskTable.Row> rows = train(HEADER + bad + "\nfused,segmentation\n");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).task()).isNull();
        assertThat(rows.get(0).trouble()).contains(words);
        assertThat(rows.get(1).task().branch()).isEqualTo("fused");
    }

    @Test
    void aHeaderThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> train("")).hasMessageContaining("t.csv is empty");
        assertThatThrownBy(() -> train("branch,trainer\n"))
                .hasMessageContaining("line 1: column experiment is missing");
        assertThatThrownBy(() -> train("branch,experiment,batchsize\n"))
                .hasMessageContaining("line 1: column batchsize is unknown");
        assertThatThrownBy(() -> train("branch,experiment,branch\n")).hasMessageContaining("named twice");
        assertThatThrownBy(() -> train("branch,experiment,data_path\n"))
                .hasMessageContaining("column data_path belongs to infer: leave it out, and write data.path=FOLDER");
        assertThatThrownBy(() -> train("branch,experiment,checkpoint_path\n"))
                .hasMessageEndingWith("column checkpoint_path belongs to infer: leave it out");
        assertThatThrownBy(() -> TaskTable.parse("t.csv", "branch,experiment\n", Im2imMode.INFER))
                .hasMessageContaining("column checkpoint_path is missing");
    }

    private static List<TaskTable.Row> train(String text) {
        return TaskTable.parse("t.csv", text, Im2imMode.TRAIN);
    }
}
