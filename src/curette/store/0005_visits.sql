-- Version 5: visits under the number of a patient are episodes of their own. All episodes are made anew.

DELETE FROM episodes;

DELETE FROM episode_lines;

DELETE FROM episode_answers;
